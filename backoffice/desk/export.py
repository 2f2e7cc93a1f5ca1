"""A view as CSV: streamed, readable by French spreadsheets, and harmless in them."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from backoffice.core.clock import PARIS
from backoffice.core.money import Money
from backoffice.core.queue import Queue
from backoffice.desk import words
from backoffice.desk.listing import Row, rows_of
from backoffice.desk.view import View
from backoffice.web.text import say

CSV = "text/csv; charset=utf-8"
BATCH = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_lines(view: View) -> Iterator[str]:
    """Yield the lines of a view, with the mark by which spreadsheets see UTF-8."""
    session, queue, actor = view.scope
    yield "\ufeff" + line(headings(queue))
    cursor = None
    while True:
        page = view.order.page(session, view.rows(), cursor, BATCH)
        rows = rows_of(session, queue, page.rows, actor)
        yield "".join(line(cells(queue, row)) for row in rows)
        cursor = page.after
        if cursor is None:
            return
        session.expunge_all()


def headings(queue: Queue) -> list[str]:
    """Return the names of the columns."""
    own = [say(column.heading) for column in queue.columns]
    ours = [_("State"), _("Check"), _("Received"), _("Due"), _("Taken by")]
    return [_("Reference"), *own, *ours]


def cells(queue: Queue, row: Row) -> list[Any]:
    """Return what the list shows of one case."""
    case = row.case
    return [
        case.reference,
        *(column.value(case, row.subject) for column in queue.columns),
        say(words.of_case(case).label),
        say(case.check_headline),
        case.received_at,
        case.due_at,
        row.holder or "",
    ]


def line(values: list[Any]) -> str:
    """Write one line; semicolons, as French spreadsheets expect."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow(map(harmless, values))
    return buffer.getvalue()


def harmless(value: Any) -> Any:
    """Return a value as a cell; text that a spreadsheet would compute gets an apostrophe."""
    if isinstance(value, datetime):
        return value.astimezone(PARIS).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, Money):
        return f"{value.amount_minor / 100:.2f}".replace(".", ",")
    if isinstance(value, int):
        return value
    text = say(value)
    return f"'{text}" if text.startswith(FORMULA) else text
