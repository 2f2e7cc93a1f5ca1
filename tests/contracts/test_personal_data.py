"""Every column that can hold words says whose data it holds."""

from sqlalchemy import ARRAY, JSON, Column, LargeBinary, String
from sqlalchemy.dialects.postgresql import TSVECTOR

import backoffice.factory  # noqa: F401 (every model)
from backoffice.core.base import Base, Personal

COLUMNS = [column for table in Base.metadata.sorted_tables for column in table.columns]


def test_every_column_of_text_json_or_bytes_is_marked():
    assert [str(one) for one in COLUMNS if may_name(one) and not is_marked(one)] == []


def may_name(column: Column) -> bool:
    """Tell whether a column can hold words."""
    kind = column.type
    holds_numbers = isinstance(kind, ARRAY) and not isinstance(kind.item_type, String)
    words = String | JSON | LargeBinary | ARRAY | TSVECTOR
    return isinstance(kind, words) and not holds_numbers


def is_marked(column: Column) -> bool:
    """Tell whether a column says whose data it holds."""
    return column.info.get("personal") in set(Personal)
