"""Changing a party's own rows: each column as the retention table says, one statement a table."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    and_,
    case,
    delete,
    func,
    literal,
    null,
    or_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Session

from backoffice.marketplace.erasing.retention import Change
from backoffice.marketplace.erasing.tables import table
from backoffice.marketplace.erasing.values import ERASED
from backoffice.marketplace.erasing.whose import Owner

LAST = ("ticket", "shop_order", "notice", "buyer", "notifier", "seller")
IN_SQL = frozenset({"pseudonym", "address", "numbered", "empty"})


def by_table(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """Return changes by table, each column once, in the order in which they are made.

    What names the others goes last: a message is found by its ticket, a review by its order.
    """
    found: dict[str, list[Change]] = defaultdict(list)
    for one in sorted(dict.fromkeys(changes), key=lambda one: (_rank(one.table), one.table)):
        found[one.table].append(one)
    return found


def _rank(name: str) -> int:
    return LAST.index(name) + 1 if name in LAST else 0


def change_rows(
    session: Session, owner: Owner, name: str, changes: list[Change], pseudonym: str
) -> int:
    """Change the party's rows of one table; returns how many were not so already."""
    rows, mine = table(name), owner.rows(name)
    if any(one.how == "row" for one in changes):
        return _count(session.execute(delete(rows).where(mine)))
    values = {
        one.column: _written(rows.c[one.column], one.how, pseudonym)
        for one in changes
        if one.how in IN_SQL
    }
    if not values:
        return 0
    differs = or_(*(rows.c[column].is_distinct_from(value) for column, value in values.items()))
    return _count(session.execute(update(rows).where(and_(mine, differs)).values(values)))


def _count(result: Any) -> int:
    return int(result.rowcount)


def _written(column: Column[Any], how: str, pseudonym: str) -> ColumnElement[Any] | Any:
    """Return what a column holds afterwards."""
    match how:
        case "pseudonym":
            return literal(pseudonym)
        case "address":
            return literal(f"{pseudonym}@{ERASED}")
        case "numbered":
            numbered = func.concat(pseudonym, "-", column.table.c.id)
            return case((func.coalesce(column, "") == "", column), else_=numbered)
        case _:
            return null() if column.nullable else _nothing(column)


def _nothing(column: Column[Any]) -> Any:
    """Return the empty value of a column that may not be null."""
    if isinstance(column.type, JSONB):
        holds_list = column.default is not None and getattr(column.default, "arg", None) is list
        return literal([] if holds_list else {}, JSONB())
    if isinstance(column.type, ARRAY):
        return literal([], column.type)
    return func.to_tsvector("simple", "") if isinstance(column.type, TSVECTOR) else literal("")


def scrubbed(changes: Iterable[Change]) -> Iterator[Change]:
    """Go over the columns from which values are taken out, not more."""
    return (one for one in changes if one.how == "scrub")
