"""What was decided about a case: the decision, its reasons, its statement of reasons."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    Text,
    UniqueConstraint,
    Uuid,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, distinct_on
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.case import Case
from backoffice.core.clock import now


class DecisionState(StrEnum):
    """How far a decision got."""

    HELD = "held"  # waits for a second person; nothing took effect
    EXECUTED = "executed"
    UNDONE = "undone"  # taken back by its maker before anything left
    CANCELLED = "cancelled"  # held, then cancelled or sent back
    SUPERSEDED = "superseded"  # replaced by an override or an appeal


class Reason(Identified, Base):
    """A coded ground, dated: a change is a new row with the same code."""

    __tablename__ = "reason"
    __table_args__ = (
        UniqueConstraint("code", "starts_at"),
        CheckConstraint("ground in ('illegal', 'terms', 'exception')", name="ground"),
    )
    code: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    applies_to: Mapped[list[str]] = mapped_column(ARRAY(Text), info=marked(Personal.NONE))
    label_fr: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    label_en: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    text_fr: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    text_en: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    ground: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    rule: Mapped[str] = mapped_column(info=marked(Personal.NONE))  # "CGV 4.2, DSA art. 30"
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]

    def label(self, locale: str) -> str:
        """Return the short name in this language."""
        return self.label_en if locale == "en" else self.label_fr

    def text(self, locale: str) -> str:
        """Return the sentence that a statement of reasons quotes, in this language."""
        return self.text_en if locale == "en" else self.text_fr


def reasons_for(session: Session, permission: str, at: datetime | None = None) -> list[Reason]:
    """Return the reasons in force for an action named by its permission, newest row per code."""
    at = at or now()
    newest = (
        select(Reason)
        .where(Reason.applies_to.contains([permission]), Reason.starts_at <= at)
        .ext(distinct_on(Reason.code))
        .order_by(Reason.code, Reason.starts_at.desc())
    )
    rows = session.scalars(newest).all()
    return sorted((r for r in rows if not r.ends_at or r.ends_at > at), key=lambda r: r.id)


class Decision(Identified, Base):
    """An action taken on a case; what it changed is kept, so that it can be taken back."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(
            "state in ('held', 'executed', 'undone', 'cancelled', 'superseded')", name="state"
        ),
        CheckConstraint("(state <> 'held') or (executed_at is null)", name="held"),
        Index("ix_decision_case", "case_id", "id"),
        Index("ix_decision_actor", "actor_id", "decided_at"),
        Index("ix_decision_bulk", "bulk_id", postgresql_where=sql("bulk_id is not null")),
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    queue: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    action: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    state: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    resolution: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, info=marked(Personal.FREE))
    facts: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))
    hold_reason: Mapped[dict[str, Any] | None] = mapped_column(JSONB, info=marked(Personal.NONE))
    changes: Mapped[list[Any]] = mapped_column(JSONB, default=list, info=marked(Personal.PARTY))
    prior: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=marked(Personal.NONE))
    version_after: Mapped[int | None]
    bulk_id: Mapped[UUID | None] = mapped_column(Uuid)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
    # The appeal's decision that made this one: both are taken back together, there.
    part_of_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    decided_at: Mapped[datetime] = mapped_column(default=now)
    executed_at: Mapped[datetime | None]
    undo_until: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    appeal_until: Mapped[datetime | None]

    case: Mapped[Case] = relationship(foreign_keys=[case_id])
    reasons: Mapped[list[Reason]] = relationship(secondary="decision_reason", order_by=Reason.id)
    statements: Mapped[list["Statement"]] = relationship(order_by="Statement.id")

    @classmethod
    def of_case(cls, case: Case) -> Select["Decision"]:
        """Select the decisions made on a case."""
        return select(cls).where(cls.case_id == case.id)

    def told(self, kind: str, party_id: int) -> list["Statement"]:
        """Return the statements that this party was given."""
        return [one for one in self.statements if one.is_for(kind, party_id)]

    def is_final(self, at: datetime | None = None) -> bool:
        """Tell whether the decision took effect and can no longer be undone."""
        until = self.undo_until
        return self.state == DecisionState.EXECUTED and (not until or until <= (at or now()))


class DecisionReason(Base):
    """Which reasons a decision rests on."""

    __tablename__ = "decision_reason"
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    reason_id: Mapped[int] = mapped_column(ForeignKey("reason.id"), primary_key=True)


class Statement(Identified, Base):
    """What a decision tells the party it hits, frozen when decided (DSA art. 17, P2B art. 4)."""

    __tablename__ = "statement"
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    recipient_kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    recipient_id: Mapped[int] = mapped_column(BigInteger)
    locale: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    measure: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))  # its code
    target: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))  # "listing:42"
    parts: Mapped[dict[str, Any]] = mapped_column(JSONB, info=marked(Personal.FREE))
    sha256: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    # The PDF that left, once it has: its bytes in the store, and their hash.
    document_key: Mapped[str | None] = mapped_column(index=True, info=marked(Personal.PARTY))
    document_sha256: Mapped[str | None] = mapped_column(info=marked(Personal.PARTY))
    at: Mapped[datetime] = mapped_column(default=now)

    def is_for(self, kind: str, party_id: int) -> bool:
        """Tell whether this party was given it."""
        return (self.recipient_kind, self.recipient_id) == (kind, party_id)


def current_decision(session: Session, case: Case) -> Decision | None:
    """Return the decision that stands on a case: the newest executed one that gave a resolution."""
    return session.scalars(
        Decision.of_case(case)
        .where(Decision.state == DecisionState.EXECUTED, Decision.resolution.is_not(None))
        .order_by(Decision.id.desc())
        .limit(1)
    ).first()
