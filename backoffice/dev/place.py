"""Where a run keeps its data, and who is using it."""

import fcntl
import os
import shutil
import sys
import tempfile
from pathlib import Path

from backoffice.dev.environment import LOCAL
from backoffice.dev.postgres import own_folder, reachable

RECORD = LOCAL / "postgres-folder"  # names the database's folder when it lies outside the clone
ELSEWHERE = Path("/var/lib")


class AlreadyRunning(Exception):  # noqa: N818 (an answer, not a fault)
    """Another run uses this clone's data; the text says which."""


def take() -> int:
    """Lock this clone's data for us until we end, and return the lock's file descriptor."""
    LOCAL.mkdir(mode=0o711, exist_ok=True)  # the database's user passes through, and lists nothing
    try:
        lock = os.open(LOCAL / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError:
        sys.exit(f"{LOCAL} belongs to {LOCAL.owner()}; run as that user, or in a clone of your own")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(lock, 1000).decode()
        os.close(lock)
        raise AlreadyRunning(holder) from None
    write_holder(lock, f"process {os.getpid()}")
    return lock


def write_holder(lock: int, text: str) -> None:
    """Leave word for whoever finds the lock taken."""
    os.ftruncate(lock, 0)
    os.pwrite(lock, text.encode(), 0)


def postgres_folder() -> Path:
    """Return the database's folder; as root, outside the clone when its user cannot get there."""
    if RECORD.exists():
        return Path(RECORD.read_text())
    inside = LOCAL / "postgres"
    own_folder(inside)
    if reachable(inside):
        return inside
    inside.rmdir()
    outside = Path(tempfile.mkdtemp(prefix="backoffice-", dir=ELSEWHERE))
    RECORD.write_text(str(outside))
    own_folder(outside)
    return outside


def remove() -> None:
    """Remove everything a run has kept."""
    if RECORD.exists():
        shutil.rmtree(RECORD.read_text(), ignore_errors=True)
    shutil.rmtree(LOCAL, ignore_errors=True)
