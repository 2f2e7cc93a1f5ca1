"""A party's values in every column that may hold them, in the rows of everybody."""

import json
from typing import Any

from sqlalchemy import ARRAY, JSON, Column, LargeBinary, Table, func, select, update
from sqlalchemy.orm import Session

from backoffice.core.base import Base
from backoffice.marketplace.erasing.retention import retention_table
from backoffice.marketplace.erasing.scrub import HASHES, MARKS, OF_OTHERS, kept_columns

KEPT = kept_columns({one.code for one in retention_table().classes})


def seed_everywhere(session: Session, words: str) -> set[str]:
    """Write words into each marked column of each row there is; returns which columns."""
    session.flush()
    written = set()
    for table in Base.metadata.sorted_tables:
        columns = [one for one in table.columns if table.name not in OF_OTHERS and _may_hold(one)]
        if columns and session.scalar(select(func.count()).select_from(table)):
            session.execute(update(table).values({one.name: _said(one, words) for one in columns}))
            written |= {f"{table.name}.{one.name}" for one in columns}
    session.expire_all()
    return written


def _may_hold(column: Column[Any]) -> bool:
    is_marked = column.info.get("personal") in MARKS and column.name not in HASHES
    if f"{column.table.name}.{column.name}" in KEPT:
        return False
    return is_marked and not _is_alone(column) and "TSVECTOR" not in str(column.type)


def _is_alone(column: Column[Any]) -> bool:
    """Tell whether a column must differ from row to row, so that one text cannot stand in all."""
    table: Table = column.table
    keys = [set(one.columns.keys()) for one in table.constraints if hasattr(one, "columns")
            and type(one).__name__ in ("UniqueConstraint", "PrimaryKeyConstraint")]  # fmt: skip
    keys += [set(one.columns.keys()) for one in table.indexes if one.unique]
    return column.unique or any(column.name in key for key in keys)


def _said(column: Column[Any], words: str) -> Any:
    if isinstance(column.type, LargeBinary):
        return json.dumps({"said": words}, ensure_ascii=False).encode()
    if isinstance(column.type, JSON):
        return {f"à {words}": [{"said": f"Bonjour,\n{words}\n"}, 1, None]}
    return [words] if isinstance(column.type, ARRAY) else f"Bonjour,\n{words}\n"
