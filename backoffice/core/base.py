"""The declarative base, its naming convention, and the marks that say where personal data is."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Interval, MetaData, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry


class Personal(StrEnum):
    """Whose data a column holds; values are the marks that an erasure walk reads."""

    NONE = "none"
    PARTY = "party"  # of a seller, buyer or notifier
    STAFF = "staff"  # of somebody who works here
    FREE = "free"  # typed text, which may name anybody
    SECRET = "secret"  # noqa: S105 (a mark, not a password)


def marked(whose: Personal) -> dict[str, Personal]:
    """Return the `info` of a column that holds this kind of personal data."""
    return {"personal": whose}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """Return what its values are; SQLAlchemy would say `object`."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time before it reaches the database."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        return value

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Let a length of time be added to or taken from a column."""
        return Interval() if isinstance(value, timedelta) else self

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time in UTC, whatever the connection's zone."""
        return value.astimezone(UTC) if value is not None else None


NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={datetime: UtcDateTime(), str: Text(), dict[str, Any]: JSONB()},
    )


class Identified:
    """A table whose rows are named by a number of the database's own."""

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
