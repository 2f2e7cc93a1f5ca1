"""Child processes that cannot outlive the process that started them."""

import contextlib
import os
import pwd
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class Program:
    """How one process is started, and which signal asks it to end."""

    name: str
    argv: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path()
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 20  # gunicorn ends its requests in 15
    unprivileged: bool = False
    log: Path | None = None  # its output goes here; with none, to our own, each line under its name


class Process:
    """A program that runs, in a process group of its own; started from the main thread only.

    The kernel sends the stop signal when the starting thread ends, however it ends, so a
    supervisor that was killed leaves nothing behind.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        argv = (*as_child(program.stop_signal, unprivileged=program.unprivileged), *program.argv)
        output = program.log.open("wb") if program.log else subprocess.PIPE
        try:
            self.popen = subprocess.Popen(
                argv,
                cwd=program.folder,
                env=dict(program.environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        finally:
            if program.log:
                output.close()  # type: ignore[union-attr]  # it is piped
        self._repeater = threading.Thread(target=self._repeat_output, daemon=True)
        self._repeater.start()

    def ended(self) -> int | None:
        """Return the exit status, or None while it runs."""
        return self.popen.poll()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process and to all it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, number)

    def ask_to_stop(self) -> None:
        """Send it the signal on which it ends in order."""
        self.popen.send_signal(self.program.stop_signal)

    def stop(self) -> None:
        """Ask it to end, wait, and kill what is still there."""
        self.ask_to_stop()
        self.finish(self.program.stop_seconds)

    def finish(self, seconds: float) -> None:
        """Wait for the end that was asked for, and kill what is still there."""
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            print(f"{self.program.name} does not end; killed", flush=True)
        self.send(signal.SIGKILL)
        self.popen.wait()
        self._repeater.join(1)  # its last words

    def _repeat_output(self) -> None:
        with self.popen.stdout or contextlib.nullcontext(()) as lines:
            for line in lines:
                text = line.decode(errors="replace").rstrip()
                print(f"{self.program.name:>9} | {text}", flush=True)


def wait_until(answers: Callable[[], bool], process: Process, seconds: float) -> None:
    """Return once a server answers; raise RuntimeError with its last words when it does not."""
    deadline = time.monotonic() + seconds
    while process.ended() is None and time.monotonic() < deadline:
        if answers():
            return
        time.sleep(0.03)
    process.stop()
    log = process.program.log
    words = log.read_text(errors="replace").strip()[-2000:] if log else ""
    raise RuntimeError(f"{process.program.name} did not start: {words}")


def as_child(stop_signal: signal.Signals, *, unprivileged: bool) -> tuple[str, ...]:
    """Return the command prefix that binds a child to us and, as root, takes its rights away."""
    rights = drop_rights() if unprivileged and os.geteuid() == 0 else ()
    return ("setpriv", "--pdeathsig", stop_signal.name.removeprefix("SIG"), *rights, "--")


def drop_rights() -> tuple[str, ...]:
    """Return the options of `setpriv` that turn root into the unprivileged user."""
    account = pwd.getpwnam(UNPRIVILEGED)
    return (f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups")
