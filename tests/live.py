"""The back-office as real processes on a database and a Redis of its own."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backoffice.core.case import Case
from backoffice.core.files import Attachment, PagesState
from backoffice.core.work import WorkSession, unit_of_work
from backoffice.dev import environment
from backoffice.dev.environment import free_port, new_secrets
from backoffice.dev.supervisor import Supervisor, programs
from backoffice.dev.valkey import Valkey
from backoffice.reference import seed_reference

SECONDS = 60
Answer = TypeVar("Answer")


class Live:
    """Running processes that a test may kill; crashed ones are started again while it waits."""

    def __init__(self, database_url: str, folder: Path, redis_binary: str) -> None:
        self.valkey = Valkey(folder / "valkey", binary=redis_binary)
        self.supervisor = Supervisor()
        self.supervisor.keep_server("valkey", self.valkey.start)
        given = {
            "DATABASE_URL": database_url,
            "REDIS_URL": self.valkey.url(),
            "FILES_DIR": str(folder / "files"),
        }
        kept = {name: os.environ[name] for name in new_secrets()}  # the test's process has the same
        settings = environment.development(free_port(), kept=kept, given=given)
        self.environ = {**os.environ, **settings}
        self.url = settings["BASE_URL"]
        self.engine = create_engine(database_url, poolclass=NullPool)

    def start(self) -> None:
        """Start every process and return when all answer."""
        with self.session() as session:
            seed_reference(session)
        for program in programs(self.environ):
            self.supervisor.keep(program)
        self.wait_for(self.is_ready)

    def stop(self) -> None:
        """End everything."""
        self.supervisor.stop()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Yield a session whose work is committed when the block returns."""
        with WorkSession(self.engine, expire_on_commit=False) as session, unit_of_work(session):
            yield session

    def is_examined(self, reference: str) -> bool:
        """Tell whether the worker has run a case's checks and drawn its documents' pages."""
        with self.session() as session:
            case = session.scalars(select(Case).where(Case.reference == reference)).one()
            states = session.scalars(
                select(Attachment.pages_state).where(Attachment.case_id == case.id)
            )
            return bool(case.check_counts) and PagesState.PENDING not in states.all()

    def kill(self, name: str) -> None:
        """End a process and all it started without warning."""
        keepers = self.supervisor.programs | self.supervisor.servers
        process = keepers[name].process
        if process is not None:
            process.send(signal.SIGKILL)

    def caught(self, inbox: str) -> list[dict[str, Any]]:
        """Return what was caught of `mail` or `webhooks`, the latest first."""
        return httpx.get(f"{self.url}/dev/{inbox}.json", trust_env=False).json()

    def wait_for(self, answer: Callable[[], Answer], seconds: float = SECONDS) -> Answer:
        """Return the first answer that is not empty; fail when none came in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.supervisor.tend()
            if found := answer():
                return found
            time.sleep(0.1)
        raise AssertionError(f"{answer} came to nothing in {seconds} s")

    def is_ready(self) -> bool:
        """Say whether database, Redis and worker are there."""
        try:
            return httpx.get(f"{self.url}/readyz", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False
