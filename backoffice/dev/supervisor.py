"""The processes of a run: a table of them, and the loop that keeps them alive."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from backoffice.dev.process import Process, Program
from config.settings import ROOT

# name, module and its arguments; started in this order, each as `python -m …`.
# The sandboxes listen where COMPANY_REGISTER_URL and VIES_URL point, the mail catcher where
# SMTP_URL points; with real addresses given, neither is started.
PROCESSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("web", ("gunicorn", "-c", "config/gunicorn.py", "backoffice:create_app()")),
    ("worker", ("jobs.worker",)),
    ("relay", ("jobs.relay",)),
    ("schedule", ("jobs.schedule",)),
    ("imports", ("jobs.worker", "imports")),
    ("mail", ("backoffice.dev.mail",)),
    ("sandboxes", ("backoffice.dev.sandboxes",)),
)

SHORTEST_WAIT, LONGEST_WAIT = 1, 30  # seconds before a crashed process is started again
STABLE_AFTER = 60  # seconds after which a crash counts as the first
STOP_SECONDS = 20  # gunicorn ends its requests in 15


class Server(Protocol):
    """An embedded server: started before the processes, stopped after them."""

    process: Process | None

    def start(self) -> str:
        """Start, or start again, and return the address."""

    def stop(self) -> None:
        """End in order."""


def programs(environ: Mapping[str, str], *, without: Sequence[str] = ()) -> list[Program]:
    """Return the table's programs, to run in this environment."""
    return [
        Program(name, (sys.executable, "-m", *words), environ, folder=ROOT)
        for name, words in PROCESSES
        if name not in without
    ]


class Keeper:
    """Starts one process, and starts it again after a growing wait when it ends by itself."""

    def __init__(self, name: str, start: Callable[[], Process]) -> None:
        self.name = name
        self._start = start
        self._wait = 0
        self._started_at = self._due_at = 0.0
        self.process: Process | None = None

    def tend(self) -> None:
        """Start it when it is due, notice when it has ended."""
        if self.process is not None and self.process.ended() is not None:
            status = self.process.ended()
            self.process.finish(0)
            self.process = None
            self._plan(f"ended with status {status}")
        elif self.process is None and time.monotonic() >= self._due_at:
            self._started_at = time.monotonic()
            try:
                self.process = self._start()
            except RuntimeError as error:
                self._plan(str(error))

    def _plan(self, what_happened: str) -> None:
        lived = time.monotonic() - self._started_at
        longer = min(self._wait * 2, LONGEST_WAIT) if lived < STABLE_AFTER else 0
        self._wait = max(longer, SHORTEST_WAIT)
        self._due_at = time.monotonic() + self._wait
        print(f"{self.name}: {what_happened}; starting again in {self._wait} s", flush=True)


class Supervisor:
    """Keeps every process of a run until it is told to stop; used from the main thread only."""

    def __init__(self) -> None:
        self.servers: list[Server] = []
        self.keepers: dict[str, Keeper] = {}

    def keep_server(self, name: str, server: Server) -> str:
        """Start an embedded server, keep it from now on, and return its address."""
        self.servers.append(server)
        address = server.start()

        def start_again() -> Process:
            server.start()
            assert server.process is not None
            return server.process

        self.keepers[name] = Keeper(name, start_again)
        self.keepers[name].process = server.process
        return address

    def keep(self, programs: Sequence[Program]) -> None:
        """Start these programs and keep them from now on."""
        for program in programs:
            self.keepers[program.name] = Keeper(program.name, lambda p=program: Process(p))
        self.tend()

    def tend(self) -> None:
        """Look after every process once."""
        for keeper in self.keepers.values():
            keeper.tend()

    def stop(self) -> None:
        """End the programs together, then the servers they used."""
        servers = [server.process for server in self.servers]
        running = [keeper.process for keeper in self.keepers.values()]
        working = [process for process in running if process and process not in servers]
        for process in working:
            process.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for process in working:
            process.finish(max(0.0, deadline - time.monotonic()))
        for server in reversed(self.servers):
            server.stop()
