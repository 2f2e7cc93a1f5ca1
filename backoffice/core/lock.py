"""Locking a row that is at hand: what was changed of it is written before it is read anew."""

from typing import TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from backoffice.core.base import Base

Row = TypeVar("Row", bound=Base)


def lock(session: Session, row: Row) -> Row:
    """Return the row as it is now, locked until the commit.

    `refresh` alone forgets what was not flushed yet. What is loaded beside the row stays unlocked.
    """
    session.flush()
    session.refresh(row, with_for_update={"of": type(row)})
    return row


def lock_alone(session: Session, row: Row) -> Row:
    """Return the row's own columns as they are now, locked; what is loaded beside it stays so."""
    session.flush()
    columns = inspect(type(row)).column_attrs.keys()
    session.refresh(row, attribute_names=columns, with_for_update={"of": type(row)})
    return row
