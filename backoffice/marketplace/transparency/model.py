"""What is declared of each statement of reasons; no row holds anything that names a person."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.decision import Statement


class EntryState(StrEnum):
    """How far an entry got."""

    DRAFT = "draft"  # kept: the decision may still be undone, or sending is switched off
    NOT_APPLICABLE = "not_applicable"
    QUEUED = "queued"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class WhyNot(StrEnum):
    """Why a statement is not declared."""

    NO_GROUND = "no_ground"  # administrative: nothing illegal or against the terms
    NO_RESTRICTION = "no_restriction"  # nothing that the recipient published is restricted
    ORDER = "order"  # an authority's order (DSA art. 9), which is reported elsewhere
    PROVIDER_SIZE = "provider_size"  # micro and small enterprises are exempt (DSA art. 19)


class TransparencyEntry(Identified, Base):
    """One statement's entry: its identifier is made with the row and never used again."""

    __tablename__ = "transparency_entry"
    __table_args__ = (
        CheckConstraint(
            "state in ('draft', 'not_applicable', 'queued', 'accepted', 'rejected')", name="state"
        ),
        CheckConstraint("(state = 'not_applicable') = (why_not is not null)", name="why_not"),
        Index("ix_transparency_entry_draft", "id", postgresql_where=sql("state = 'draft'")),
        Index("ix_transparency_entry_decided", "decided_at", "id"),
    )
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), unique=True)
    puid: Mapped[str] = mapped_column(unique=True, info=marked(Personal.NONE))
    state: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    why_not: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))
    body: Mapped[dict[str, Any] | None] = mapped_column(JSONB, info=marked(Personal.NONE))
    uuid: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))  # the database's own
    response: Mapped[dict[str, Any] | None] = mapped_column(JSONB, info=marked(Personal.NONE))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    # When the decision took effect: another time on the decision now means that it was undone.
    decided_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(default=now)
    tried_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    statement: Mapped[Statement] = relationship()
