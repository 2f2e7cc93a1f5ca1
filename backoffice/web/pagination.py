"""Keyset paging: a page begins after a row, so the thousandth costs what the first does."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.orm import QueryableAttribute, Session

from backoffice.web.numbers import count as written

LIMIT = 10_000
BIGINT = 2**63


class Cursor(NamedTuple):
    """Where a page begins: the keys of the row beside it, the direction, the first row's number."""

    keys: tuple[Any, ...]
    backward: bool
    first: int

    def write(self) -> str:
        """Return the opaque form an address holds; it says nothing secret and is not trusted."""
        keys = [key.isoformat() if isinstance(key, datetime) else key for key in self.keys]
        raw = json.dumps([keys, self.backward, self.first], separators=(",", ":"))
        return urlsafe_b64encode(raw.encode()).decode().rstrip("=")


class Page(NamedTuple):
    """One page: its rows, the cursors of its neighbours, the number of its first row."""

    rows: list[Any]
    before: str | None
    after: str | None
    first: int

    @property
    def last(self) -> int:
        """Return the number of the last row."""
        return self.first + len(self.rows) - 1


class Count(NamedTuple):
    """A number of rows, exact up to the limit."""

    value: int
    is_more: bool

    def __str__(self) -> str:
        return written(self.value) + ("+" if self.is_more else "")


@dataclass(frozen=True)
class Keyset:
    """An order over columns that are never null, the last one unique, all in one direction."""

    columns: tuple[ColumnElement[Any] | QueryableAttribute[Any], ...]
    descending: bool = False

    def page(self, session: Session, rows: Select[Any], cursor: str | None, size: int) -> Page:
        """Return the page at this cursor; one that cannot be read gives the first page."""
        at = self.read(cursor)
        backward = at is not None and at.backward
        found = list(session.execute(self.limit(rows, at).limit(size + 1)).unique())
        has_more = len(found) > size
        found = found[:size][::-1] if backward else found[:size]
        first = max(1, at.first) if at else 1
        if backward and not has_more:
            first = 1
        before = has_more if backward else at is not None
        after = True if backward else has_more
        return Page(
            [row[0] if len(row) == len(self.columns) + 1 else row for row in found],
            self.cursor(found[0], True, first - size) if found and before else None,
            self.cursor(found[-1], False, first + len(found)) if found and after else None,
            first,
        )

    def every(self, session: Session, rows: Select[Any], size: int = 1_000) -> Iterator[Any]:
        """Yield every row in this order, read page after page."""
        cursor = None
        while True:
            page = self.page(session, rows, cursor, size)
            yield from page.rows
            cursor = page.after
            if cursor is None:
                return

    def limit(self, rows: Select[Any], at: Cursor | None) -> Select[Any]:
        """Return the statement with its order, its keys as last columns, and where it begins."""
        reverse = self.descending != (at is not None and at.backward)
        rows = rows.add_columns(*self.columns).order_by(None)
        rows = rows.order_by(*(c.desc() if reverse else c.asc() for c in self.columns))
        if at is None:
            return rows
        here, there = tuple_(*self.columns), tuple_(*at.keys)
        return rows.where(here < there if reverse else here > there)

    def cursor(self, row: Sequence[Any], backward: bool, first: int) -> str:
        """Return the cursor that begins beside this row."""
        return Cursor(tuple(row[-len(self.columns) :]), backward, first).write()

    def read(self, cursor: str | None) -> Cursor | None:
        """Read a cursor that came from an address; anything odd gives none."""
        if not cursor:
            return None
        try:
            raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            keys, backward, first = json.loads(raw)
            if len(keys) != len(self.columns) or not isinstance(first, int):
                return None
            values = tuple(_typed(key, c) for key, c in zip(keys, self.columns, strict=True))
        except (ValueError, TypeError):
            return None
        return Cursor(values, backward is True, first)


def _typed(key: Any, column: ColumnElement[Any] | QueryableAttribute[Any]) -> Any:
    kind = column.type.python_type
    if issubclass(kind, datetime):
        value = datetime.fromisoformat(key)
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value
    if type(key) is not kind or "\x00" in str(key):
        raise TypeError(kind)
    if kind is int and abs(key) >= BIGINT:
        raise ValueError("too large")
    return key


def count_up_to(session: Session, rows: Select[Any], limit: int = LIMIT) -> Count:
    """Count rows exactly up to the limit; beyond it the database stops counting."""
    one = rows.with_only_columns(literal(1), maintain_column_froms=True).order_by(None)
    found = session.scalar(select(func.count()).select_from(one.limit(limit + 1).subquery())) or 0
    return Count(min(found, limit), found > limit)
