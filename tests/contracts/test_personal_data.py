"""Every column that can hold words says whose data it holds."""

import pytest
from sqlalchemy import ARRAY, JSON, LargeBinary, String
from sqlalchemy.dialects.postgresql import TSVECTOR

from backoffice import create_app
from backoffice.core.base import Base, Personal

create_app()  # imports every model
COLUMNS = [column for table in Base.metadata.sorted_tables for column in table.columns]


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_a_column_of_text_json_or_bytes_is_marked(column):
    kind = column.type
    holds_numbers = isinstance(kind, ARRAY) and not isinstance(kind.item_type, String)
    if isinstance(kind, String | JSON | LargeBinary | ARRAY | TSVECTOR) and not holds_numbers:
        assert column.info.get("personal") in set(Personal)
