"""The tables by name: an erasure reads what each column holds, and imports no queue."""

from sqlalchemy import ColumnElement, Table

from backoffice.core.base import Base

Condition = ColumnElement[bool]


def table(name: str) -> Table:
    """Return a table by name."""
    return Base.metadata.tables[name]
