"""Canned replies and macros: written once in `/admin`, used by everybody, each change a new row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now


class Dated(Identified):
    """What both are named by, in two languages, and since when."""

    code: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    label_fr: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    label_en: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]

    def label(self, locale: str) -> str:
        """Return its name in a language."""
        return self.label_en if locale == "en" else self.label_fr


class CannedReply(Dated, Base):
    """A text of ours with variables, per language; in force from a time until another."""

    __tablename__ = "canned_reply"
    __table_args__ = (UniqueConstraint("code", "starts_at"),)
    text_fr: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    text_en: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    category: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))  # "": any

    def text(self, locale: str) -> str:
        """Return what it says in a language."""
        return self.text_en if locale == "en" else self.text_fr


class Macro(Dated, Base):
    """Several steps under one name, done whole or not at all; dated like a canned reply."""

    __tablename__ = "macro"
    __table_args__ = (UniqueConstraint("code", "starts_at"),)
    # [{"step": "insert_reply", "reply": "code"}, …]; the steps that exist are in `macros.py`.
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, info=marked(Personal.NONE))


Row = TypeVar("Row", CannedReply, Macro)


def all_in_force(session: Session, model: type[Row], at: datetime | None = None) -> Sequence[Row]:
    """Return the newest row of each code that is in force, by label."""
    at = at or now()
    newest = (
        select(model)
        .where(model.starts_at <= at)
        .ext(distinct_on(model.code))
        .order_by(model.code, model.starts_at.desc())
    )
    rows = [row for row in session.scalars(newest) if row.ends_at is None or row.ends_at > at]
    return sorted(rows, key=lambda row: row.label_fr)


def in_force(
    session: Session, model: type[Row], code: str, at: datetime | None = None
) -> Row | None:
    """Return the row of a code that is in force, if any."""
    at = at or now()
    newest = session.scalars(
        select(model)
        .where(model.code == code, model.starts_at <= at)
        .order_by(model.starts_at.desc())
        .limit(1)
    ).first()
    is_ended = newest is None or (newest.ends_at is not None and newest.ends_at <= at)
    return None if is_ended else newest
