"""Looking for values in every column of every table, and in every file of the store."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    LargeBinary,
    Table,
    Text,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from backoffice.core.base import Base
from backoffice.core.search import words
from backoffice.core.secrets import decrypt
from backoffice.marketplace.erasing.model import RetainedValue
from config.settings import get_settings


def found_in_tables(session: Session, values: Iterable[str]) -> set[str]:
    """Return where any of the values stands, as table.column, whatever the column is."""
    session.flush()
    return {place for table in Base.metadata.sorted_tables for place in _in(session, table, values)}


def _in(session: Session, table: Table, values: Iterable[str]) -> Iterator[str]:
    forms = {form for value in values for form in (value, " ".join(words(value))) if form}
    sought = literal("|".join(re.sub(r"([^\w\s])", r"\\\1", one) for one in sorted(forms)))
    hits = [func.bool_or(_read(column).op("~*")(sought)) for column in table.columns]
    found = session.execute(select(*hits).select_from(table)).one()
    for column, is_hit in zip(table.columns, found, strict=True):
        if is_hit:
            yield f"{table.name}.{column.name}"


def _read(column: Column[Any]) -> ColumnElement[str]:
    """Return a column as text: bytes by their letters, JSON without the escapes it came with."""
    if isinstance(column.type, LargeBinary):
        return func.encode(column, "escape")
    if isinstance(column.type, JSON) and not isinstance(column.type, JSONB):
        return cast(cast(column, JSONB), Text)
    return cast(column, Text)


def found_in_files(values: Iterable[str]) -> list[str]:
    """Return the files of the store in which any of the values stands as it is."""
    sought = [value.encode() for value in values]
    folder = get_settings().files_dir
    files = [one for one in folder.rglob("*") if one.is_file()] if folder.exists() else []
    return [one.name for one in files if any(value in one.read_bytes() for value in sought)]


def retained(session: Session) -> list[Any]:
    """Return all that is kept by law, in clear."""
    kept = session.scalars(select(RetainedValue.value_encrypted))
    return [json.loads(decrypt(one)) for one in kept]
