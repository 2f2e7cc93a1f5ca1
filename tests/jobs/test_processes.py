"""The long-running processes: without their servers they wait, and they end when told to."""

import os
import signal
import sys
import time

import pytest

from backoffice.dev.process import Process, Program
from config.settings import ROOT

SECONDS = 30
NOWHERE = {
    "DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


@pytest.fixture
def start(tmp_path):
    """Return a function that starts a module and waits until its log says some words."""
    running = []

    def run(module, words, **environ) -> Process:
        log = tmp_path / "log"
        argv = (sys.executable, "-m", module)
        process = Process(Program(module, argv, {**os.environ, **environ}, ROOT, log=log))
        running.append(process)
        deadline = time.monotonic() + SECONDS
        while words not in log.read_text() and time.monotonic() < deadline:
            assert process.ended() is None, log.read_text()
            time.sleep(0.05)
        assert words in log.read_text()
        return process

    yield run
    for process in running:
        process.stop()


@pytest.mark.parametrize(
    ("module", "words", "number"),
    [
        ("jobs.worker", "no Redis", signal.SIGTERM),
        ("jobs.relay", "trying again", signal.SIGINT),
        ("jobs.schedule", "trying again", signal.SIGTERM),
    ],
)
def test_without_servers_it_waits_and_ends_when_told(start, module, words, number):
    process = start(module, words, **NOWHERE)
    time.sleep(0.3)
    process.send(number)
    assert process.popen.wait(5) == 0
