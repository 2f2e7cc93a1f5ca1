"""The processes of a run: a table of them, and the loop that keeps them alive."""

import sys
import time
from collections.abc import Callable, Mapping
from functools import partial

from backoffice.dev.process import Process, Program
from config.settings import ROOT

# name, module and its arguments, each run as `python -m …`.
# The sandboxes listen where COMPANY_REGISTER_URL, VIES_URL, TRANSPARENCY_URL and STRIPE_URL point,
# the mail catcher where SMTP_URL points; with real ones given, neither is started.
PROCESSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("mail", ("backoffice.dev.mail",)),
    ("sandboxes", ("backoffice.dev.sandboxes",)),
    ("web", ("gunicorn", "-c", "config/gunicorn.py", "backoffice:create_app()")),
    ("worker", ("jobs.worker",)),
    ("relay", ("jobs.relay",)),
    ("schedule", ("jobs.schedule",)),
    ("imports", ("jobs.worker", "imports")),
)
# Started once the others answer: they wake jobs, which speak to the others.
LATER = ("relay", "schedule", "imports")

SHORTEST_WAIT, LONGEST_WAIT = 1, 30  # seconds before a crashed process is started again
STABLE_AFTER = 60  # seconds after which a crash counts as the first


def programs(environ: Mapping[str, str]) -> list[Program]:
    """Return the table's programs, to run in this environment."""
    return [
        Program(name, (sys.executable, "-m", *words), environ, folder=ROOT)
        for name, words in PROCESSES
    ]


class Keeper:
    """Starts one process, and starts it again after a growing wait when it ends by itself."""

    def __init__(self, name: str, start: Callable[[], Process]) -> None:
        self.name = name
        self._start = start
        self._wait = 0
        self._started_at = time.monotonic()
        self._due_at = 0.0
        self.process: Process | None = start()

    def tend(self) -> None:
        """Notice when it has ended, start it again when that is due."""
        if self.process is not None:
            status = self.process.ended()
            if status is not None:
                self.process.finish(0)
                self.process = None
                self._plan(f"ended with status {status}")
        elif time.monotonic() >= self._due_at:
            self._started_at = time.monotonic()
            try:
                self.process = self._start()
            except RuntimeError as error:
                self._plan(str(error))

    def _plan(self, what_happened: str) -> None:
        stable = time.monotonic() - self._started_at > STABLE_AFTER
        longer = 0 if stable else min(self._wait * 2, LONGEST_WAIT)
        self._wait = max(longer, SHORTEST_WAIT)
        self._due_at = time.monotonic() + self._wait
        print(f"{self.name}: {what_happened}; starting again in {self._wait} s", flush=True)


class Supervisor:
    """Keeps every process of a run until it is told to stop; used from the main thread only."""

    def __init__(self) -> None:
        self.servers: dict[str, Keeper] = {}
        self.programs: dict[str, Keeper] = {}

    def keep_server(self, name: str, start: Callable[[], Process]) -> None:
        """Start a server that the programs need, and keep it from now on."""
        self.servers[name] = Keeper(name, start)

    def keep(self, program: Program) -> None:
        """Start a program and keep it from now on."""
        self.programs[program.name] = Keeper(program.name, partial(Process, program))

    def tend(self) -> None:
        """Look after every process once."""
        for keeper in (*self.servers.values(), *self.programs.values()):
            keeper.tend()

    def stop(self) -> None:
        """End the programs together, then the servers they used."""
        for keepers in (self.programs, self.servers):
            processes = [keeper.process for keeper in keepers.values() if keeper.process]
            for process in processes:
                process.ask_to_stop()
            for process in processes:
                process.finish(process.program.stop_seconds)
