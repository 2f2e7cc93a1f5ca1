"""Children: their end in order, their end by force, and ours."""

import os
import signal
import subprocess
import sys
import time

from backoffice.dev import leftovers
from backoffice.dev.process import Process, Program
from config.settings import ROOT

PATH = {"PATH": os.environ["PATH"]}
PARENT = """
import os, signal
from backoffice.dev.process import Process, Program
script = "echo up > $FOLDER/up; exec sleep 60"  # by then it is bound to its parent
Process(Program("child", ("sh", "-c", script), dict(os.environ)))
while not os.path.exists(os.environ["FOLDER"] + "/up"):
    pass
os.kill(os.getpid(), signal.SIGKILL)
"""


def shell(script: str, **more: object) -> Program:
    return Program("child", ("sh", "-c", script), PATH, **more)


def test_what_it_writes_is_repeated_under_its_name(capsys):
    process = Process(shell("echo one; echo two"))
    process.popen.wait()
    process.finish(1)
    assert capsys.readouterr().out.split("\n")[:2] == ["    child | one", "    child | two"]


def test_it_ends_on_its_own_signal(tmp_path):
    script = "trap 'echo asked; exit 3' USR1; echo ready; while :; do sleep 0.05; done"
    log = tmp_path / "log"
    process = Process(shell(script, stop_signal=signal.SIGUSR1, log=log))
    wait_for(lambda: "ready" in log.read_text())
    process.stop()
    assert process.ended() == 3
    assert "asked" in log.read_text()


def test_one_that_will_not_end_is_killed_with_all_it_started(tmp_path, capsys):
    mark = {**PATH, leftovers.MARK: str(tmp_path)}
    script = "trap '' TERM; sleep 60 & while :; do sleep 0.05; done"
    process = Process(Program("child", ("sh", "-c", script), mark, stop_seconds=0.3))
    wait_for(lambda: len(leftovers.find(leftovers.of_run(tmp_path))) >= 2)
    process.stop()
    assert process.ended() == -signal.SIGKILL
    assert leftovers.find(leftovers.of_run(tmp_path)) == []
    assert "child does not end; killed" in capsys.readouterr().out


def test_a_child_does_not_outlive_a_killed_parent(tmp_path):
    mark = {**PATH, leftovers.MARK: str(tmp_path), "FOLDER": str(tmp_path)}
    parent = subprocess.run([sys.executable, "-c", PARENT], env=mark, cwd=ROOT, check=False)
    assert parent.returncode == -signal.SIGKILL
    wait_for(lambda: leftovers.find(leftovers.of_run(tmp_path)) == [])


def test_leftovers_are_ended_by_force_when_they_do_not_end(tmp_path):
    stubborn = ("sh", "-c", "trap '' TERM; while :; do sleep 0.05; done")
    process = Process(Program("child", stubborn, {**PATH, leftovers.MARK: str(tmp_path)}))
    wait_for(lambda: leftovers.find(leftovers.of_run(tmp_path)))
    assert leftovers.end(leftovers.of_run(tmp_path), seconds=0.2) >= 1
    process.finish(5)
    assert process.ended() == -signal.SIGKILL


def wait_for(answer) -> None:
    deadline = time.monotonic() + 10
    while not answer():
        assert time.monotonic() < deadline
        time.sleep(0.02)
