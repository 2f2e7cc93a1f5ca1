"""Measures against a seller or a notifier: what was imposed, from when, until when, and why."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    SmallInteger,
    Text,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now


class SubjectKind(StrEnum):
    """Whom a sanction hits."""

    SELLER = "seller"
    NOTIFIER = "notifier"


class SanctionKind(StrEnum):
    """What is imposed, from the mildest on."""

    WARNING = "warning"
    STRIKE = "strike"
    SUSPENSION = "suspension"
    TERMINATION = "termination"


class NoticeException(StrEnum):
    """Why an account may end without thirty days' notice (P2B art. 4(4))."""

    LEGAL_OBLIGATION = "legal_obligation"
    IMPERATIVE_REASON = "imperative_reason"
    REPEATED_INFRINGEMENT = "repeated_infringement"


class Sanction(Identified, Base):
    """One measure; taken back it stays, marked `lifted_at`, and counts no more."""

    __tablename__ = "sanction"
    __table_args__ = (
        CheckConstraint("subject_kind in ('seller', 'notifier')", name="subject_kind"),
        CheckConstraint("kind in ('warning', 'strike', 'suspension', 'termination')", name="kind"),
        CheckConstraint(
            "exception in ('', 'legal_obligation', 'imperative_reason', 'repeated_infringement')",
            name="exception",
        ),
        CheckConstraint("(kind <> 'suspension') or (ends_at > starts_at)", name="suspension"),
        CheckConstraint("(kind <> 'termination') or (effective_at is not null)", name="effective"),
        Index("ix_sanction_subject", "subject_kind", "subject_id", "id"),
        Index("ix_sanction_decision", "decision_id"),
        Index("ix_sanction_to_apply", "effective_at", postgresql_where=sql(
            "kind = 'termination' and applied_at is null and lifted_at is null")),
        Index("ix_sanction_to_end", "ends_at", postgresql_where=sql(
            "kind = 'suspension' and ended_at is null and lifted_at is null")),
    )  # fmt: skip
    subject_kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    weight: Mapped[int] = mapped_column(SmallInteger, default=0)
    reason_codes: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, info=marked(Personal.NONE)
    )
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    starts_at: Mapped[datetime] = mapped_column(default=now)
    notified_at: Mapped[datetime]  # when its statement may leave: an undo is possible until then
    ends_at: Mapped[datetime | None]  # of a strike, a suspension
    effective_at: Mapped[datetime | None]  # of a termination
    applied_at: Mapped[datetime | None]  # when the subject's state was changed by it
    ended_at: Mapped[datetime | None]  # by itself, or by a decision before its day
    lifted_at: Mapped[datetime | None]  # by an undo, an override or an appeal
    # The four of DSA art. 23(3), in words; see `FACTORS`.
    factors: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=marked(Personal.FREE))
    exception: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    # {"text": "…", "decisions": [numbers of earlier decisions]}
    proof: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=marked(Personal.FREE))
    # The subject's state before it was applied, to be put back.
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=marked(Personal.FREE))
    created_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def of(cls, subject_kind: str, subject_id: int) -> Select["Sanction"]:
        """Select what was imposed on a subject and was not taken back."""
        return select(cls).where(
            cls.subject_kind == subject_kind,
            cls.subject_id == subject_id,
            cls.lifted_at.is_(None),
        )
