"""A view as the rows of a file, a few in memory at once."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from backoffice.core.queue import Queue
from backoffice.desk import words
from backoffice.desk.listing import Row, rows_of
from backoffice.desk.view import View
from backoffice.web.text import say

BATCH = 500


def file_rows(view: View) -> Iterator[list[Any]]:
    """Yield the headings, then what a view shows of each case."""
    session, queue, actor = view.scope
    yield headings(queue)
    cursor = None
    while True:
        page = view.order.page(session, view.rows(), cursor, BATCH)
        for row in rows_of(session, queue, page.rows, actor):
            yield cells(queue, row)
        cursor = page.after
        if cursor is None:
            return
        session.expunge_all()


def headings(queue: Queue) -> list[str]:
    """Return the names of the columns."""
    own = [say(column.heading) for column in queue.columns]
    checks = [_("Check")] if queue.checks else []
    ours = [_("State"), *checks, _("Received"), _("Due"), _("Taken by")]
    return [_("Reference"), *own, *ours]


def cells(queue: Queue, row: Row) -> list[Any]:
    """Return what the list shows of one case."""
    case = row.case
    return [
        case.reference,
        *(column.value(case, row.subject) for column in queue.columns),
        say(words.of_case(case).label),
        *([say(case.check_headline)] if queue.checks else []),
        case.received_at,
        case.due_at,
        row.holder or "",
    ]
