"""The case: one thing waiting for staff, in whichever queue."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now

IN_ORDER = ("due_at", "rank", "id")  # what indexes end with, so that `DUE_FIRST` sorts nothing


class State(StrEnum):
    """Where a case is; why it ended is its resolution."""

    OPEN = "open"  # waits for staff
    WAITING = "waiting"  # waits for the party, until a date
    HELD = "held"  # waits for a second person
    CLOSED = "closed"


class Case(Identified, Base):
    """One thing waiting for staff; what it is about is the subject, in its queue's own table."""

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint("state in ('open', 'waiting', 'held', 'closed')", name="state"),
        CheckConstraint("(state = 'closed') = (resolution is not null)", name="resolution"),
        CheckConstraint("(holder_id is null) = (lease_until is null)", name="lease"),
        Index("ix_cases_due", "queue", *IN_ORDER, postgresql_where=sql("state <> 'closed'")),
        Index("ix_cases_next", "queue", *IN_ORDER, postgresql_where=sql("state = 'open'")),
        Index("ix_cases_all", "queue", *IN_ORDER),
        Index("ix_cases_subject", "queue", "subject_id"),
        Index("ix_cases_seller", "seller_id", "queue", *IN_ORDER),
        # The few of another kind than what comes in by the thousand, e.g. what is online.
        Index("ix_cases_kind", "queue", "kind", *IN_ORDER, postgresql_where=sql("kind <> 'new'")),
        Index("ix_cases_holder", "holder_id", postgresql_where=sql("holder_id is not null")),
        Index("ix_cases_assignee", "assignee_id", postgresql_where=sql("state <> 'closed'")),
        Index("ix_cases_held", "queue", *IN_ORDER, postgresql_where=sql("state = 'held'")),
        Index("ix_cases_waiting", "waiting_until", postgresql_where=sql("state = 'waiting'")),
        Index("ix_cases_words", "words", postgresql_using="gin"),
    )

    reference: Mapped[str] = mapped_column(unique=True, info=marked(Personal.NONE))
    queue: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    kind: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("seller.id"))
    title: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    words: Mapped[Any] = mapped_column(TSVECTOR, info=marked(Personal.PARTY), deferred=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    state: Mapped[str] = mapped_column(default=State.OPEN, info=marked(Personal.NONE))
    resolution: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))
    flags: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, info=marked(Personal.NONE)
    )  # e.g. no_reply, escalated, appealed
    rank: Mapped[int] = mapped_column(Integer, default=0)  # of those due at once, the least first
    channel: Mapped[str] = mapped_column(info=marked(Personal.NONE))  # api, portal, staff

    received_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime]
    warn_at: Mapped[datetime]
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"))
    paused_at: Mapped[datetime | None]
    waiting_for: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))
    waiting_until: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    holder_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    lease_until: Mapped[datetime | None]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    barred: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list)
    held_decision_id: Mapped[int | None] = mapped_column(
        ForeignKey("decision.id", use_alter=True, name="fk_cases_held_decision")
    )

    # The outcome of the checks, kept here so that a list names the worst without a join.
    check_counts: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, info=marked(Personal.NONE)
    )
    check_worst: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))
    check_headline: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB, info=marked(Personal.PARTY)
    )

    @property
    def stream(self) -> str:
        """Return the name of this case's audit stream."""
        return f"case:{self.id}"

    def is_held_by(self, staff_id: int | None, at: datetime | None = None) -> bool:
        """Tell whether this person's lease is running."""
        return self.holder_id is not None and self.holder_id == staff_id and self.is_leased(at)

    def is_leased(self, at: datetime | None = None) -> bool:
        """Tell whether somebody's lease is running."""
        return self.lease_until is not None and self.lease_until > (at or now())

    def release_lease(self) -> None:
        """Let go of the case."""
        self.holder_id = self.lease_until = None

    def flag(self, name: str, on: bool = True) -> None:
        """Set or clear one flag."""
        kept = [flag for flag in self.flags if flag != name]
        self.flags = [*kept, name] if on else kept


DUE_FIRST = (Case.due_at, Case.rank, Case.id)
"""The order of every queue; all of it ascends, so that a page can begin after any row."""


class CaseKey(Base):
    """One identifier by which a case is found: a normalised reference, SIREN, GTIN, e-mail…"""

    __tablename__ = "case_key"
    __table_args__ = (
        Index("ix_case_key_value", "value", postgresql_ops={"value": "text_pattern_ops"}),
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True, info=marked(Personal.NONE))
    value: Mapped[str] = mapped_column(primary_key=True, info=marked(Personal.PARTY))


class CaseEvent(Identified, Base):
    """One line of a case's timeline; the page only renders it."""

    __tablename__ = "case_event"
    __table_args__ = (Index("ix_case_event_case", "case_id", "id"),)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    actor_kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))
    verb: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    internal: Mapped[bool] = mapped_column(default=False)  # never shown to a party
    body: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))
    values: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=marked(Personal.FREE))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))


class CaseLink(Base):
    """Two cases that belong together, e.g. a case and the appeal against its decision."""

    __tablename__ = "case_link"
    from_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)
    relation: Mapped[str] = mapped_column(info=marked(Personal.NONE))  # appeal, rerouted, earlier


class QueueStay(Identified, Base):
    """One stay of a case in its queue, kept so that lateness and returns can be counted."""

    __tablename__ = "queue_stay"
    __table_args__ = (
        Index("ix_queue_stay_left", "queue", "left_at"),
        Index("ix_queue_stay_case", "case_id"),
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    queue: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    entered_at: Mapped[datetime]
    due_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
