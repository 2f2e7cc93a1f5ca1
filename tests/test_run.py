"""`make run`, without its virtual environment: a copy of the tree is run, killed, run again."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from backoffice.dev import leftovers
from backoffice.dev.environment import free_port, is_free
from backoffice.dev.process import Process, Program
from config.settings import ROOT, Settings

LEFT_OUT = shutil.ignore_patterns(".*", "tests")
SECONDS = 240  # for a start: other tests run beside it
ROLES = ["admin", "auditor", "finance", "finance", "lead", "lead", "moderator", "support"]


class Clone:
    """A copy of the tree and what is known of its run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.local = folder / ".local"
        self.port = free_port()
        self.processes: list[Process] = []
        settings = {name.upper() for name in Settings.model_fields}
        own = {name: value for name, value in os.environ.items() if name not in settings}
        self.environ = {**own, "PORT": str(self.port)}

    def run(self) -> Process:
        """Start a run and return it once everything answers."""
        argv = (sys.executable, "-m", "backoffice.dev.run")
        log = self.folder.with_name("run.log")
        process = Process(Program("run", argv, self.environ, self.folder, log=log))
        self.processes.append(process)
        deadline = time.monotonic() + SECONDS
        while "Ctrl-C" not in log.read_text() and time.monotonic() < deadline:
            assert process.ended() is None, log.read_text()
            time.sleep(0.1)
        assert self.answers(), log.read_text()
        return process

    def answers(self) -> bool:
        """Say whether database, Redis and worker are there."""
        address = f"http://127.0.0.1:{self.port}/readyz"
        return httpx.get(address, trust_env=False).status_code == 200

    def module(self, name: str) -> subprocess.CompletedProcess[str]:
        """Run one of the clone's modules to its end."""
        argv = [sys.executable, "-m", name]
        return subprocess.run(
            argv, cwd=self.folder, env=self.environ, capture_output=True, text=True, check=False
        )

    def data(self) -> Path:
        """Return the database's folder, which root may have had to move out of the clone."""
        record = self.local / "postgres-folder"
        return Path(record.read_text()) if record.exists() else self.local / "postgres"

    def left(self) -> list[int]:
        """Return the processes that belong to the run or to its servers."""
        servers = (self.data() / "data", self.local / "valkey")
        tests = (leftovers.of_run(self.local), *map(leftovers.of_server, servers))
        return [pid for test in tests for pid in leftovers.find(test)]

    def empties(self, seconds: float) -> bool:
        """Say whether every process ends in time."""
        deadline = time.monotonic() + seconds
        while self.left() and time.monotonic() < deadline:
            time.sleep(0.1)
        return not self.left()


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    shutil.copytree(ROOT, tmp_path / "clone", ignore=LEFT_OUT)
    clone = Clone(tmp_path / "clone")
    yield clone
    for process in clone.processes:
        process.stop()
    clone.module("backoffice.dev.reset")


@pytest.mark.slow
@pytest.mark.chaos
def test_starts_stops_is_killed_and_starts_again(clone):
    process = clone.run()
    demo = json.loads((clone.local / "demo.json").read_text())
    assert demo.keys() == {"url", "api_key", "webhook_secret", "staff"}
    assert demo["url"] == f"http://127.0.0.1:{clone.port}"
    roles = sorted(person["role"] for person in demo["staff"])
    assert roles == ROLES
    for file in ("env", "demo.json"):
        assert (clone.local / file).stat().st_mode & 0o077 == 0

    second = clone.module("backoffice.dev.run")
    assert second.returncode == 1
    assert demo["url"] in second.stderr
    assert clone.answers()

    os.kill(process.popen.pid, signal.SIGKILL)  # its children see it and end
    process.finish(10)
    assert clone.empties(seconds=30)

    process = clone.run()
    assert json.loads((clone.local / "demo.json").read_text()) == demo
    process.send(signal.SIGKILL)
    for pid in clone.left():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.finish(10)
    process = clone.run()  # after a crash of everything, the database's too

    relays = [pid for pid in clone.left() if b"jobs.relay" in _command(pid)]
    for pid in relays:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while not _again(clone, relays) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _again(clone, relays)
    process.stop()
    assert process.ended() == 0
    assert clone.left() == []
    assert is_free(clone.port)

    outside = clone.data()
    clone.module("backoffice.dev.reset")
    assert not clone.local.exists()
    assert not outside.exists()


def test_a_taken_port_is_named(clone):
    with socket.create_server(("127.0.0.1", clone.port)):
        refused = clone.module("backoffice.dev.run")
    assert refused.returncode == 1
    assert f"Port {clone.port} is taken" in refused.stderr


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _again(clone: Clone, before: list[int]) -> bool:
    now = [pid for pid in clone.left() if b"jobs.relay" in _command(pid)]
    return bool(now) and not set(now) & set(before)
