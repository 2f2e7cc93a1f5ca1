"""The error file of an import: its bad rows as they were sent, and beside each what to change.

Corrected, it can be sent as the next import: its own columns are told apart and left aside.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.marketplace.feeds.columns import ERROR_HEADERS
from backoffice.marketplace.listing_import import ImportRowError, ListingImport
from backoffice.web.sheet import MARK, harmless, line
from backoffice.web.text import say

BATCH = 1000
APART = " | "  # between the errors of one row


def error_lines(session: Session, imported: ListingImport) -> Iterator[str]:
    """Yield the lines of the file, in the language of the request."""
    headers = imported.dialect["headers"]
    yield MARK + line(map(harmless, [*headers, *map(say, ERROR_HEADERS)]))
    waiting: list[ImportRowError] = []
    for error in _errors(session, imported.id):
        if waiting and error.rows:
            yield from _lines(waiting, len(headers))
            waiting = []
        waiting.append(error)
    yield from _lines(waiting, len(headers))


def _errors(session: Session, import_id: int) -> Iterator[ImportRowError]:
    """Yield what was wrong in the order it was found, in batches."""
    after = 0
    while True:
        rows = session.scalars(
            select(ImportRowError)
            .where(ImportRowError.import_id == import_id, ImportRowError.id > after)
            .order_by(ImportRowError.id)
            .limit(BATCH)
        ).all()
        yield from rows
        if len(rows) < BATCH:
            return
        after = rows[-1].id
        session.expunge_all()


def _lines(errors: Sequence[ImportRowError], width: int) -> Iterator[str]:
    """Write the rows of one refused listing; what is wrong stands beside the row it is in."""
    if not errors:
        return
    by_line: dict[int, list[ImportRowError]] = {}
    for error in errors:
        by_line.setdefault(error.line, []).append(error)
    for number, *cells in errors[0].rows:
        filled = [*cells, *[""] * (width - len(cells))]
        said = _said(by_line.get(number, []))
        yield line([*map(harmless, filled), number, *map(harmless, said)])


def _said(errors: Sequence[ImportRowError]) -> list[str]:
    """Return column, value and reason of what is wrong in one row."""
    return [
        APART.join(error.column for error in errors),
        APART.join(error.value for error in errors),
        APART.join(say(error.said) for error in errors),
    ]
