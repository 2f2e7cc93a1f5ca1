"""The table of processes, and what happens when one of them ends by itself."""

import importlib.util
import os
import time

import pytest

from backoffice.dev import supervisor
from backoffice.dev.process import Process, Program
from backoffice.dev.supervisor import LATER, PROCESSES, Keeper, Supervisor

PATH = {"PATH": os.environ["PATH"]}


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setattr(supervisor, "SHORTEST_WAIT", 0.1)
    monkeypatch.setattr(supervisor, "LONGEST_WAIT", 0.4)


@pytest.mark.parametrize("module", [words[0] for _, words in PROCESSES])
def test_every_module_of_the_table_exists(module):
    assert importlib.util.find_spec(module) is not None


def test_what_starts_later_is_in_the_table():
    assert set(LATER) < {name for name, _ in PROCESSES}


def test_a_crashed_process_is_started_again_after_a_growing_wait(capsys):
    keeper = Keeper("child", lambda: Process(Program("child", ("false",), PATH)))
    tend(keeper, seconds=2)
    if keeper.process:  # it was just started once more
        keeper.process.finish(5)
    said = capsys.readouterr().out.splitlines()
    assert said[:4] == [
        f"child: ended with status 1; starting again in {wait} s" for wait in (0.1, 0.2, 0.4, 0.4)
    ]


def test_a_server_that_does_not_start_is_tried_again(capsys):
    started = []

    def start() -> Process:
        if len(started) == 1:
            started.append("refused")
            raise RuntimeError("no room")
        started.append("started")
        return Process(Program("server", ("sleep", "0.1" if len(started) == 1 else "60"), PATH))

    keeper = Keeper("server", start)
    tend(keeper, seconds=1.5)
    assert started == ["started", "refused", "started"]
    assert "server: no room; starting again in 0.2 s" in capsys.readouterr().out
    keeper.process.stop()


def test_stopping_ends_everything():
    both = Supervisor()
    both.keep_server("server", lambda: Process(Program("server", ("sleep", "60"), PATH)))
    both.keep(Program("program", ("sleep", "60"), PATH))
    processes = [both.servers["server"].process, both.programs["program"].process]
    both.stop()
    assert [process.ended() for process in processes] == [-15, -15]


def tend(keeper: Keeper, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        keeper.tend()
        time.sleep(0.02)
