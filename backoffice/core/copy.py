"""Many rows at once: PostgreSQL's COPY on the session's own connection and transaction."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg.adapt import PyFormat, Transformer
from sqlalchemy import ARRAY, JSON, Column, ColumnElement, Table, any_, bindparam
from sqlalchemy import Sequence as Numbers
from sqlalchemy import text as sql
from sqlalchemy.orm import InstrumentedAttribute, Session

from backoffice.core.base import Base

_encode = json.JSONEncoder(ensure_ascii=False).encode


class Json(str):
    """The text of a JSON value, written already."""


_EMPTY = {type(None): None, dict: "{}", list: "[]"}


def copy_rows(
    session: Session, model: type[Base], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Add rows, each a sequence of values in the order of `names`; other columns get the default
    that the model gives them, one value for all rows. What is pending is flushed first.
    """
    session.flush()
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 (for the type checker: every model of ours has one)
    cursor = _cursor(session)
    rest = {
        column.name: _written(cursor, column, _default(column))
        for column in table.columns
        if column.name not in names and column.default is not None
    }
    columns = ", ".join(f'"{name}"' for name in (*names, *rest))
    as_json = [n for n, name in enumerate(names) if isinstance(table.columns[name].type, JSON)]
    tail = tuple(rest.values())
    with cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            values = [*row, *tail]
            for number in as_json:
                values[number] = to_json(values[number])
            copy.write_row(values)


def to_json(value: Any) -> str | None:
    """Return the text of a JSON column's value; None stays an absent value."""
    if type(value) is Json:
        return value
    if not value and type(value) in _EMPTY:
        return _EMPTY[type(value)]
    return _encode(value)


def is_one_of(column: InstrumentedAttribute[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Return the condition that a column has one of many values.

    Unlike with IN the values are one array, so the statement is the same for any number of them.
    """
    return column == any_(bindparam(None, list(values), ARRAY(column.type)))


def next_ids(session: Session, model: type[Base], count: int) -> list[int]:
    """Reserve so many numbers of a table whose rows are named by the database."""
    return next_numbers(session, f"{model.__tablename__}_id_seq", count)


def next_numbers(session: Session, sequence: Numbers | str, count: int) -> list[int]:
    """Reserve so many numbers of a sequence, in one statement."""
    name = sequence if isinstance(sequence, str) else sequence.name
    query = sql("select nextval(cast(:name as regclass)) from generate_series(1, :count)")
    return list(session.scalars(query, {"name": name, "count": count}))


def vectors_of(session: Session, texts: Sequence[str]) -> list[str]:
    """Return what `to_tsvector('simple', …)` makes of each text, in the form that COPY reads."""
    query = sql(
        "select to_tsvector('simple', one)::text"
        " from unnest(cast(:texts as text[])) with ordinality as given(one, place) order by place"
    )
    return list(session.scalars(query, {"texts": list(texts)}))


def _cursor(session: Session) -> psycopg.Cursor[Any]:
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101 (PostgreSQL is the only database)
    return driver.cursor()


def _default(column: Column[Any]) -> Any:
    default: Any = column.default
    return default.arg(None) if default.is_callable else default.arg


def _written(cursor: psycopg.Cursor[Any], column: Column[Any], value: Any) -> str | None:
    """Return the text of a value that every row has: the driver need not write it anew for each."""
    if isinstance(column.type, JSON) or value is None:
        return to_json(value)
    dumped = Transformer(cursor).get_dumper(value, PyFormat.TEXT).dump(value)
    return bytes(dumped).decode() if dumped is not None else None
