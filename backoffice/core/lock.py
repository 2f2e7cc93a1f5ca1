"""Locking a row that is at hand: what was changed of it is written before it is read anew."""

from typing import TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from backoffice.core.base import Base

Row = TypeVar("Row", bound=Base)


def lock(session: Session, row: Row, *, alone: bool = False) -> Row:
    """Return the row as it is now, locked until the commit.

    `refresh` alone forgets what was not flushed yet. What is loaded beside the row stays unlocked;
    of a row `alone` it is not even read again.
    """
    session.flush()
    columns = inspect(type(row)).column_attrs.keys() if alone else None
    session.refresh(row, attribute_names=columns, with_for_update={"of": type(row)})
    return row
