"""Taking a party's values out of text, wherever they stand: one scan of each table."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    ColumnElement,
    LargeBinary,
    String,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    func,
    join,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, TSQUERY
from sqlalchemy.orm import Session

from backoffice.core.base import Base, Personal
from backoffice.core.search import key, words
from backoffice.marketplace.erasing.pattern import Finder
from backoffice.marketplace.erasing.retention import retention_table
from backoffice.marketplace.erasing.tables import table
from backoffice.marketplace.erasing.values import Values
from backoffice.marketplace.erasing.whose import Owner

MARKS = frozenset({Personal.PARTY, Personal.FREE})
OF_OTHERS = frozenset(
    {"seller", "registration", "profile_change", "seller_history", "buyer", "notifier",
     "right_holder", "protected_brand", "case_key", "retained_value"}
)  # fmt: skip
DOCUMENTS = frozenset({"invoice", "invoice_file"})
"""Accounting documents, kept as they were issued for ten years (C. com. L123-22): their tables
refuse a change.
"""
WHOLE = {"audit_detail": "detail", "idempotency_key": "answer"}
"""Rows that go whole: a digest would lie of them, an answer would be another."""
HASHES = frozenset({"sha256", "storage_key", "document_key", "document_sha256"})


class Place(NamedTuple):
    """What is looked for, and in which rows."""

    finder: Finder | None
    rows: ColumnElement[bool]


def scrub(
    session: Session, rows: Table, columns: Sequence[Column[Any]], pseudonym: str, *places: Place
) -> int:
    """Put the pseudonym in place of what is found, in one scan; returns how many rows changed.

    A row of several places is looked through with the finder of the first.
    """
    own = list(rows.primary_key.columns)
    sought = [(one.finder, one.rows) for one in places if one.finder is not None]
    if not sought or not columns:
        return 0
    inside = [where.label(f"place_{number}") for number, (_, where) in enumerate(sought)]
    hits = [and_(where, _hit(columns, finder)) for finder, where in sought]
    found = session.execute(select(*own, *columns, *inside).where(or_(*hits))).all()
    changed = []
    for row in found:
        keys, values, places_in = row[: len(own)], row[len(own) : -len(sought)], row[-len(sought) :]
        exact = sought[places_in.index(True)][0].exact
        after = [replaced(value, exact, pseudonym) for value in values]
        if after != list(values):
            changed.append(dict(zip(_bound(own) + _bound(columns), (*keys, *after), strict=True)))
    if changed:
        same = and_(*(column == bindparam(f"of_{column.name}") for column in own))
        bound: dict[str, Any] = {one.name: bindparam(f"of_{one.name}") for one in columns}
        session.connection().execute(update(rows).where(same).values(bound), changed)
    return len(changed)


def _bound(columns: Iterable[Column[Any]]) -> list[str]:
    return [f"of_{column.name}" for column in columns]


def _hit(columns: Iterable[Column[Any]], finder: Finder) -> ColumnElement[bool]:
    return or_(*(_text(column).regexp_match(finder.wide, flags="i") for column in columns))


def _text(column: Column[Any]) -> ColumnElement[str]:
    """Return a column as PostgreSQL writes it; JSON kept as it came is full of escapes."""
    if isinstance(column.type, LargeBinary):
        return func.convert_from(column, "UTF8")
    if isinstance(column.type, JSON) and not isinstance(column.type, JSONB):
        return cast(cast(func.replace(cast(column, Text), r"\u0000", ""), JSONB), Text)
    return cast(column, Text)


def replaced(value: Any, expression: re.Pattern[str], pseudonym: str) -> Any:
    """Return a value of a column with what is found in any text of it replaced."""
    if isinstance(value, str):
        return expression.sub(pseudonym, value)
    if isinstance(value, list):
        return [replaced(one, expression, pseudonym) for one in value]
    if isinstance(value, dict):
        return {
            replaced(name, expression, pseudonym): replaced(one, expression, pseudonym)
            for name, one in value.items()
        }
    return value


def scrub_texts(
    session: Session, owner: Owner, values: Values, pseudonym: str, kept: Iterable[str]
) -> None:
    """Take the values out of all words of every table, but of `kept` columns.

    In the cases in which the party has a part all of its values go, elsewhere the strong ones. What
    other accounts say of themselves is theirs, even where it is the same telephone.
    """
    left_out = set(kept)
    for rows in Base.metadata.sorted_tables:
        columns = [
            column for column in rows.columns
            if _holds_words(column) and f"{rows.name}.{column.name}" not in left_out
        ]  # fmt: skip
        if rows.name in OF_OTHERS | DOCUMENTS:
            continue
        inside = owner.has_part_in(rows.name)
        places = [Place(values.at_home, inside)] if inside is not None else []
        places.append(Place(values.everywhere, true()))
        if rows.name in WHOLE:
            _forget(session, rows, WHOLE[rows.name], places)
        else:
            scrub(session, rows, columns, pseudonym, *places)


def kept_columns(codes: Collection[str]) -> set[str]:
    """Return the columns, as table.column, that these classes keep as they are for a time."""
    return {
        f"{one.table}.{one.column}"
        for data_class in retention_table().classes
        if data_class.action == "keep" and data_class.code in codes
        for one in data_class.changes()
    }


def _holds_words(column: Column[Any]) -> bool:
    kind = column.type
    is_text = isinstance(kind, String | JSON) or (
        isinstance(kind, ARRAY) and isinstance(kind.item_type, String)
    )
    return is_text and column.info.get("personal") in MARKS and column.name not in HASHES


def _forget(session: Session, rows: Table, column: str, places: Iterable[Place]) -> None:
    hits = [and_(one.rows, _hit([rows.c[column]], one.finder)) for one in places if one.finder]
    if hits:
        session.execute(delete(rows).where(or_(*hits)))


def unindex(session: Session, owner: Owner, values: Values, pseudonym: str) -> None:
    """Take the values out of what cases are found by; their pseudonym is what they are found by."""
    cases, keys = table("cases"), table("case_key")
    every = values.strong | values.weak | values.references
    tokens = sorted({word for value in every for word in words(value)})
    if tokens:
        inside = cases.c.id.in_(owner.all_cases)
        mine = and_(inside, cases.c.id.is_distinct_from(owner.but_case))
        kept = func.ts_delete(cases.c.words, cast(tokens, ARRAY(Text))).concat(
            func.to_tsvector("simple", " ".join(words(pseudonym)))
        )
        session.execute(update(cases).where(mine, cases.c.words != kept).values(words=kept))
    _unindex_elsewhere(session, values.strong)
    own = and_(owner.rows(keys.name), keys.c.kind != "reference")
    here = and_(keys.c.case_id.in_(owner.all_cases), keys.c.value.in_({key(one) for one in every}))
    anywhere = keys.c.value.in_({key(one) for one in values.strong})
    session.execute(delete(keys).where(or_(own, here, anywhere)))


def _unindex_elsewhere(session: Session, values: Iterable[str]) -> None:
    """Take the words of each value out of the other cases that have all of them."""
    sought = sorted({tuple(words(value)) for value in values} - {()})
    if not sought:
        return
    cases = table("cases")
    queries = [" & ".join(f"'{word}'" for word in one) for one in sought]
    asked = (
        func.unnest(
            cast(queries, ARRAY(Text)), cast([" ".join(one) for one in sought], ARRAY(Text))
        )
        .table_valued("query", "words")
        .render_derived()
    )
    has_all = cases.c.words.op("@@")(cast(asked.c.query, TSQUERY))
    gone = (
        select(cases.c.id, func.string_agg(asked.c.words, " ").label("words"))
        .select_from(join(asked, cases, has_all))
        .group_by(cases.c.id)
        .subquery()
    )
    session.execute(
        update(cases)
        .where(cases.c.id == gone.c.id)
        .values(words=func.ts_delete(cases.c.words, func.string_to_array(gone.c.words, " ")))
    )
