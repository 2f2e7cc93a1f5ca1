"""Processes that an earlier, killed run left behind, found by what the kernel says of them."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

MARK = "BACKOFFICE_RUN"  # in the environment of every process of a run: the run's own folder


def of_run(folder: Path) -> Callable[[Path], bool]:
    """Return the test for a process that carries this run's mark."""
    mark = f"{MARK}={folder}".encode()
    return lambda process: mark in (process / "environ").read_bytes().split(b"\0")


def of_server(folder: Path) -> Callable[[Path], bool]:
    """Return the test for a server that works in this data folder."""
    return lambda process: (process / "cwd").readlink() == folder


def end(belongs: Callable[[Path], bool], seconds: float = 10) -> int:
    """Wait until these processes have ended, kill them when they have not; return how many were."""
    found = find(belongs)
    deadline = time.monotonic() + seconds
    left = found
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = find(belongs)
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(found)


def find(belongs: Callable[[Path], bool]) -> list[int]:
    """Return the numbers of these processes, our own left out."""
    pids = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile, or is somebody else's
            if int(process.name) != os.getpid() and belongs(process):
                pids.append(int(process.name))
    return pids
