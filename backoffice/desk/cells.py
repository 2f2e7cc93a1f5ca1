"""The cells of a list's rows, drawn before the template runs; what repeats is drawn once."""

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from flask import get_template_attribute
from flask_babel import gettext as _
from markupsafe import Markup

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.money import Money
from backoffice.core.queue import Column, Queue
from backoffice.core.text import Label, Text
from backoffice.desk.listing import Row
from backoffice.web.dates import when
from backoffice.web.numbers import money
from backoffice.web.text import say


class Line(NamedTuple):
    """One row of a list as its template needs it."""

    row: Row
    reference: str
    values: list[tuple[str, Any]]  # of the queue's own columns, each with its class
    checks: Markup
    due: Markup


class Cells:
    """Draws due times and outcomes of checks with the macros that every page uses."""

    def __init__(self) -> None:
        self._at = now()
        self._due = get_template_attribute("macros/due.html", "due")
        self._worst = get_template_attribute("macros/badges.html", "worst")
        self._drawn: dict[Hashable, Markup] = {}

    def lines(self, queue: Queue, rows: Iterable[Row]) -> list[Line]:
        """Return the rows with their cells drawn."""
        columns = [(classes(column, at), column.value) for at, column in enumerate(queue.columns)]
        return [
            Line(
                row,
                row.case.reference,
                [(name, cell(value(row.case, row.subject))) for name, value in columns],
                self.checks(row.case),
                self.due(row.case),
            )
            for row in rows
        ]

    def due(self, case: Case) -> Markup:
        """Draw when a case is due; rows of one minute look the same."""
        passed = (case.due_at < self._at, case.warn_at < self._at, case.paused_at is not None)
        key = ("due", *passed, _minute(case.due_at), _minute(case.closed_at))
        return self._once(key, lambda: self._due(case))

    def checks(self, case: Case) -> Markup:
        """Draw how a case's checks ended."""
        counts = frozenset(case.check_counts.items())
        key = ("checks", case.check_worst, counts, repr(case.check_headline))
        return self._once(key, lambda: self._worst(case))

    def _once(self, key: Hashable, draw: Callable[[], Markup]) -> Markup:
        if key not in self._drawn:
            self._drawn[key] = draw()
        return self._drawn[key]


def classes(column: Column, position: int) -> str:
    """Return the classes of a column's cells; the first column is the title."""
    number = " num" if column.css == "c-money" else ""
    return f"{'' if position else 'cell-title'}{' wide' if column.wide else ''}{number}"


def _minute(at: datetime | None) -> datetime | None:
    return at.replace(second=0, microsecond=0) if at else None


def cell(value: Any) -> Any:
    """Write a value of a list's own column; an unknown one is said."""
    if value is None or value == "":
        return Markup('<span class="quiet">{}</span>').format(_("unknown"))
    if isinstance(value, datetime):
        return when(value, "short")
    if isinstance(value, Money):
        return money(value)
    if isinstance(value, Label):
        return Markup('<span class="badge is-wait">{}</span>').format(say(value))
    return say(value) if isinstance(value, Text) else value
