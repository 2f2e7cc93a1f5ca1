"""Reading an import: chunk by chunk, each stored with how far the reading got, in one transaction.

Any number of processes may work on one import, or begin again after one died: a chunk counts only
for the process that stands exactly where the import is.
"""

import gc
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import BinaryIO

from sqlalchemy.orm import Session

from backoffice.core.clock import now
from backoffice.core.outbox import Channel, put_work
from backoffice.core.store import file_store
from backoffice.core.text import Text, text
from backoffice.core.work import unit_of_work
from backoffice.marketplace.feeds.reading import Group, groups_of
from backoffice.marketplace.feeds.record import Dialect, Place, UnreadableFile
from backoffice.marketplace.feeds.sheet import Sheet
from backoffice.marketplace.listing_checks import Facts
from backoffice.marketplace.listing_import import ImportState, ListingImport
from backoffice.queues.listings.importing.begin import WORK
from backoffice.queues.listings.importing.chunk import store_chunk
from backoffice.queues.listings.receive import MAY_OFFER
from backoffice.queues.listings.receive_many import standing_facts

log = logging.getLogger(__name__)

CHUNK = 1000  # listings at most; fewer where that would take long
FIRST_CHUNK, SMALLEST_CHUNK = 100, 10
GONE = text("The file is no longer there: send it again.")


def run_import(session: Session, import_id: int, seconds: float) -> None:
    """Go on with an import for some seconds, one chunk at least; the rest is owed again."""
    ends_at = time.monotonic() + seconds
    with unit_of_work(session):
        imported = _locked(session, import_id)
        if not _may_go_on(imported):
            return
        imported.state, imported.started_at = ImportState.RUNNING, imported.started_at or now()
        dialect, place = Dialect.from_json(imported.dialect), place_of(imported)
        standing = standing_facts(session)
        sheet = Sheet(dialect, imported.mapping, standing.tree)
        key, mapping = imported.storage_key, imported.mapping
    try:
        file = file_store().open(key)
    except FileNotFoundError:
        with unit_of_work(session):
            _end(_locked(session, import_id), ImportState.FAILED, GONE)
        return
    with file:
        reading = _Reading(file, dialect, mapping, place)
        began_at = time.monotonic()
        while _next_chunk(session, import_id, reading, (sheet, standing), ends_at):
            session.expunge_all()
            reading.suit(time.monotonic() - began_at, seconds)
            began_at = time.monotonic()


class _Reading:
    """A file being read: where it is, and why it cannot be read further."""

    def __init__(
        self, file: BinaryIO, dialect: Dialect, mapping: dict[str, str], place: Place
    ) -> None:
        self._groups: Iterator[Group] = groups_of(file, dialect, mapping, place)
        self.place = place
        self.problem: Text | None = None
        self.is_over = False
        self.size = min(FIRST_CHUNK, CHUNK)

    def suit(self, took_seconds: float, slice_seconds: float) -> None:
        """Let the next chunk take a small part of a slice, however slow the machine is."""
        if took_seconds < slice_seconds / 8:
            self.size = min(2 * self.size, CHUNK)
        elif took_seconds > slice_seconds / 2:
            self.size = max(self.size // 2, min(SMALLEST_CHUNK, CHUNK))

    def take(self) -> list[Group]:
        """Return the next groups; fewer than `size` when the file ends or cannot be read on."""
        groups: list[Group] = []
        try:
            for group in islice(self._groups, self.size):
                groups.append(group)
        except UnreadableFile as problem:
            self.problem = problem.text
        self.is_over = len(groups) < self.size
        return groups


def _next_chunk(
    session: Session, import_id: int, reading: _Reading, known: tuple[Sheet, Facts], ends_at: float
) -> bool:
    """Store one chunk; tell whether there is more to do here and now."""
    with _uncollected(), unit_of_work(session):
        groups = reading.take()
        imported = _locked(session, import_id)
        if not _may_go_on(imported) or place_of(imported) != reading.place:
            return False  # ended, or another process went on with it
        store_chunk(session, imported, groups, *known)
        if groups:
            reading.place = groups[-1].end
            imported.bytes_read, imported.lines_read = reading.place
        if reading.problem:
            _end(imported, ImportState.FAILED, reading.problem)
        elif reading.is_over:
            imported.bytes_read = imported.size_bytes
            _end(imported, ImportState.DONE)
        elif time.monotonic() < ends_at:
            return True
        else:
            put_work(session, Channel.IMPORTS, WORK, {"import_id": import_id})
        return False


@contextmanager
def _uncollected() -> Iterator[None]:
    """Put garbage collection off: among a chunk's live objects it would look in vain, for a third
    of all the time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def place_of(imported: ListingImport) -> Place:
    """Return where an import's next row begins."""
    return Place(imported.bytes_read, imported.lines_read)


def _locked(session: Session, import_id: int) -> ListingImport:
    return session.get_one(ListingImport, import_id, with_for_update=True, populate_existing=True)


def _may_go_on(imported: ListingImport) -> bool:
    """Tell whether there is more to read; ends an import that was cancelled, or may not go on."""
    if imported.state not in (ImportState.QUEUED, ImportState.RUNNING):
        return False
    if imported.cancel_asked_at is not None:
        _end(imported, ImportState.CANCELLED)
        return False
    if imported.seller.status not in MAY_OFFER:
        _end(imported, ImportState.FAILED, text("Only a registered seller can offer listings."))
        return False
    return True


def _end(imported: ListingImport, state: ImportState, problem: Text | None = None) -> None:
    """End an import; its seller can be told of what was decided from now on."""
    imported.state, imported.finished_at = state, now()
    imported.problem = problem.to_json() if problem else None
    if imported.submission:
        imported.submission.is_complete = True
    log.info("import %s %s at line %s", imported.id, state, imported.lines_read)
