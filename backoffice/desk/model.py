"""The desk's own tables: saved views, bulk runs with their cases, forms that were answered."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.case import Case
from backoffice.core.clock import now


class SavedView(Identified, Base):
    """A person's own name for a filter of one queue; nobody else sees it."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("staff_id", "queue", "name"),)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    queue: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    name: Mapped[str] = mapped_column(info=marked(Personal.FREE))
    query: Mapped[str] = mapped_column(info=marked(Personal.FREE))  # as in the list's address


class BulkState(StrEnum):
    """How far a bulk run got."""

    DRAFT = "draft"  # the cases are chosen and frozen, nothing was done
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class BulkRun(Base):
    """One action on many cases; its number is the `bulk_id` of their decisions."""

    __tablename__ = "bulk_run"
    __table_args__ = (
        CheckConstraint("state in ('draft', 'running', 'done', 'undoing', 'undone')", name="state"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    queue: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    action: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    view: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))
    data: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, info=marked(Personal.FREE)
    )  # the form as posted: a list of values per field
    over: Mapped[bool] = mapped_column(default=False)  # includes cases that others hold
    state: Mapped[str] = mapped_column(default=BulkState.DRAFT, info=marked(Personal.NONE))
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    undo_until: Mapped[datetime | None]


class BulkOutcome(StrEnum):
    """What became of one case of a run."""

    DONE = "done"
    HELD = "held"  # waits for a second person
    LEFT_OUT = "left_out"  # `said` says why
    UNDONE = "undone"


class BulkItem(Base):
    """One case of a run, with the version it had when it was chosen."""

    __tablename__ = "bulk_item"
    __table_args__ = (
        CheckConstraint("outcome in ('done', 'held', 'left_out', 'undone')", name="outcome"),
        Index("ix_bulk_item_left", "run_id", "case_id", postgresql_where=sql("outcome is null")),
    )
    run_id: Mapped[UUID] = mapped_column(ForeignKey("bulk_run.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    version: Mapped[int]
    outcome: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))
    said: Mapped[dict[str, Any] | None] = mapped_column(JSONB, info=marked(Personal.NONE))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    case: Mapped[Case] = relationship(lazy="joined", innerjoin=True)


class AnsweredForm(Base):
    """A form that was carried out, and where its sender was led: a second press goes there too."""

    __tablename__ = "answered_form"
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    once: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    location: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))
    at: Mapped[datetime] = mapped_column(default=now)
