"""What the tests that kill processes share."""

import os
import random
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import redis
from flask import Flask

from backoffice.dev.process import Process, Program
from config.settings import ROOT, get_settings
from tests.live import Live
from tests.servers import REDIS_BINARY

SETTINGS = {"UNDO_SECONDS": "4", "OUTBOX_LEASE_SECONDS": "6", "PRIVATE_HOSTS": "127.0.0.1"}
"""Short waits, so that what was lost in a kill is found again within seconds."""


class Herd:
    """Processes of ours that a test kills; each is started again at once."""

    def __init__(self, environ: dict[str, str], folder: Path, **modules: str) -> None:
        """Start a process per name; a module may be followed by arguments."""
        self._programs = [
            Program(
                name,
                (sys.executable, "-m", *module.split()),
                environ,
                ROOT,
                log=folder / f"{name}.log",
            )
            for name, module in modules.items()
        ]
        self._running = [Process(program) for program in self._programs]
        self.kills = 0

    def kill_one(self) -> None:
        """End one without warning, and start it again."""
        self._kill(random.randrange(len(self._running)))

    def kill_all(self) -> None:
        """End each without warning, and start it again."""
        for number in range(len(self._running)):
            self._kill(number)

    def _kill(self, number: int) -> None:
        self._running[number].send(signal.SIGKILL)
        self._running[number].finish(5)
        self._running[number] = Process(self._programs[number])
        self.kills += 1

    def stop(self) -> None:
        """End them all in order."""
        for process in self._running:
            process.ask_to_stop()
        for process in self._running:
            process.finish(15)


class House(Live):
    """A database and a Redis of one test, with the relay and two workers to kill."""

    modules: Mapping[str, str] = {
        "relay": "jobs.relay", "worker": "jobs.worker", "second": "jobs.worker",
    }  # fmt: skip

    def __init__(self, database_url: str, folder: Path, smtp_url: str, **settings: str) -> None:
        super().__init__(database_url, folder, os.environ.get(REDIS_BINARY, ""))
        environ = {**self.environ, **SETTINGS, "SMTP_URL": smtp_url, **settings}
        self.herd = Herd(environ, folder, **self.modules)

    def stop_redis(self) -> None:
        """End Redis; it stays away until somebody waits for it."""
        process = self.supervisor.servers["valkey"].process
        if process is not None:
            process.stop()

    def empty_redis(self) -> None:
        """Wait until Redis is there, and let it forget every wake-up."""
        self.wait_for(self._redis_answers)
        with redis.Redis.from_url(self.valkey.url()) as client:
            client.flushall()

    def _redis_answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.valkey.url()) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    def stop(self) -> None:
        """End everything."""
        self.herd.stop()
        super().stop()


@pytest.fixture
def short_waits(application: Flask, monkeypatch) -> Iterator[None]:
    """This process decides with the settings that the killed ones have."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()
