"""The cells of a list's rows; what repeats from row to row is drawn once."""

from collections.abc import Callable, Hashable
from datetime import datetime

from flask import get_template_attribute
from markupsafe import Markup

from backoffice.core.case import Case
from backoffice.core.clock import now


class Cells:
    """Draws due times and outcomes of checks with the macros that every page uses."""

    def __init__(self) -> None:
        self._at = now()
        self._due = get_template_attribute("macros/due.html", "due")
        self._worst = get_template_attribute("macros/badges.html", "worst")
        self._drawn: dict[Hashable, Markup] = {}

    def due(self, case: Case) -> Markup:
        """Draw when a case is due; rows of one minute look the same."""
        passed = (case.due_at < self._at, case.warn_at < self._at, case.paused_at is not None)
        key = ("due", *passed, _minute(case.due_at), _minute(case.closed_at))
        return self._once(key, lambda: self._due(case))

    def checks(self, case: Case) -> Markup:
        """Draw how a case's checks ended."""
        headline = repr(case.check_headline)
        key = ("checks", case.check_worst, headline, *sorted(case.check_counts.items()))
        return self._once(key, lambda: self._worst(case))

    def _once(self, key: Hashable, draw: Callable[[], Markup]) -> Markup:
        if key not in self._drawn:
            self._drawn[key] = draw()
        return self._drawn[key]


def _minute(at: datetime | None) -> datetime | None:
    return at.replace(second=0, microsecond=0) if at else None
