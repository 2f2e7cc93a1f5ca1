"""The loop that every long-running process is."""

import itertools
import logging
import os
import signal
import time

import pytest

from jobs.process import repeat


@pytest.fixture(autouse=True)
def _signals():
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_rounds_repeat_until_a_signal_and_the_last_is_whole():
    done = []

    def round_() -> None:
        if len(done) == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        done.append(1)

    repeat(round_, 0.01)
    assert len(done) == 3


def test_a_round_that_fails_is_done_again_after_longer_and_longer(caplog):
    times: list[float] = []

    def round_() -> None:
        times.append(time.monotonic())
        if len(times) == 5:
            os.kill(os.getpid(), signal.SIGINT)
            return
        raise ConnectionError("no database")

    with caplog.at_level(logging.WARNING):
        repeat(round_, 0.02)
    gaps = [after - before for before, after in itertools.pairwise(times)]
    assert gaps[-1] > 2 * gaps[0]
    assert "no database; trying again" in caplog.text
