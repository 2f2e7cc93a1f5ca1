"""A year of a report: from midnight to midnight in Paris."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Self

from sqlalchemy import ColumnElement, and_

from backoffice.core.clock import PARIS, now

FIRST = 2024
"""The year from which the law asks for a report."""


class Year(NamedTuple):
    """A calendar year."""

    number: int

    @classmethod
    def chosen(cls, typed: str | None) -> Self:
        """Return the year that was asked for; the present one where that cannot be."""
        known = {str(one): one for one in cls.offered()}
        return cls(known.get(typed or "", max(known.values())))

    @staticmethod
    def offered() -> list[int]:
        """Return the years of which there can be a report, the newest first."""
        return list(range(now().astimezone(PARIS).year, FIRST - 1, -1))

    @property
    def starts_at(self) -> datetime:
        """Return its first moment."""
        return datetime(self.number, 1, 1, tzinfo=PARIS).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        """Return the first moment of the next year."""
        return datetime(self.number + 1, 1, 1, tzinfo=PARIS).astimezone(UTC)

    def holds(self, column: Any) -> ColumnElement[bool]:
        """Return the condition that a time lies in the year."""
        return and_(column >= self.starts_at, column < self.ends_at)


def as_time(seconds: Any) -> timedelta | None:
    """Return a number of seconds from the database as a time; None stays None."""
    return None if seconds is None else timedelta(seconds=float(seconds))
