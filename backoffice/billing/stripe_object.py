"""What Stripe has told us: its events, each stored once, and its objects as they were last seen."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.core.base import Base, Personal, marked
from backoffice.core.clock import now


class EventState(StrEnum):
    """How far an event got."""

    PENDING = "pending"
    APPLIED = "applied"
    IGNORED = "ignored"  # of a type that changes nothing here
    FAILED = "failed"  # could not be applied: `problem` says why


class StripeEvent(Base):
    """One event of Stripe's as it came, named by its own id."""

    __tablename__ = "stripe_event"
    __table_args__ = (
        CheckConstraint("state in ('pending', 'applied', 'ignored', 'failed')", name="state"),
        Index(
            "ix_stripe_event_pending", "created", "id", postgresql_where=sql("state = 'pending'")
        ),
    )
    id: Mapped[str] = mapped_column(primary_key=True, info=marked(Personal.NONE))
    type: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    account: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))  # a connected one
    api_version: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    livemode: Mapped[bool] = mapped_column(Boolean)
    created: Mapped[datetime]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, info=marked(Personal.PARTY))
    state: Mapped[str] = mapped_column(default=EventState.PENDING, info=marked(Personal.NONE))
    problem: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    received_at: Mapped[datetime] = mapped_column(default=now)
    applied_at: Mapped[datetime | None]


class StripeObject(Base):
    """One object of Stripe's as it was last seen: a charge, a refund, a transfer, a chargeback…"""

    __tablename__ = "stripe_object"
    __table_args__ = (
        Index("ix_stripe_object_charge", "charge", "type"),
        Index("ix_stripe_object_order", "order_id", "type"),
        Index(
            "ix_stripe_object_chargeback",
            "status",
            "told_at",
            postgresql_where=sql("type = 'dispute'"),
        ),
    )
    id: Mapped[str] = mapped_column(primary_key=True, info=marked(Personal.NONE))
    # Stripe's word: charge, refund, transfer, transfer_reversal, application_fee, fee_refund,
    # dispute (a chargeback here).
    type: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    charge: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))  # which it belongs to
    order_id: Mapped[int | None] = mapped_column(ForeignKey("shop_order.id"))
    status: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(info=marked(Personal.NONE))  # upper case, as ours
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, info=marked(Personal.PARTY))
    # The event that told it last: an older one must not overwrite it.
    told_at: Mapped[datetime]
