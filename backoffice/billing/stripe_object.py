"""What Stripe has told us: its events, each stored once, and its objects as they were last seen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.core.base import Base, Personal, marked
from backoffice.core.clock import now

ENDED = {
    **dict.fromkeys(
        ("succeeded", "won", "lost", "warning_closed", "prevented", "uncollectible"), 1
    ),
    "paid": 2,
    **dict.fromkeys(("failed", "canceled", "void"), 3),
}
"""How final a status is: of two that were told in the same second the more final came later."""


ACCOUNT = "account"
"""Under which name a payout of a seller's own account keeps whose it is."""


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
        Index(
            "ix_stripe_event_object",
            sql("(((payload -> 'data'::text) -> 'object'::text) ->> 'id'::text)"),
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
            "ix_stripe_object_payout_under_way",
            sql("(payload ->> 'account'::text)"),
            postgresql_where=sql("type = 'payout' and status in ('pending', 'in_transit')"),
        ),
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


def remember(
    session: Session, told: Mapping[str, Any], *, told_at: datetime, order_id: int | None = None,
    charge: str | None = None,
) -> StripeObject:  # fmt: skip
    """Keep an object as it was told, unless something newer is known; returns it locked."""
    values = _told(told, told_at)
    row = insert(StripeObject).values(**_same(told), charge=charge, order_id=order_id, **values)
    session.flush()  # what was changed of it is written before it is read anew
    if (new := session.scalar(row.on_conflict_do_nothing().returning(StripeObject))) is not None:
        return new
    kept = session.get_one(StripeObject, told["id"], with_for_update=True, populate_existing=True)
    kept.order_id, kept.charge = kept.order_id or order_id, kept.charge or charge
    if _age(told, told_at) > _age(kept.payload, kept.told_at):
        for name, value in values.items():
            setattr(kept, name, value)
    session.flush()
    return kept


def remember_new(session: Session, told: Sequence[tuple[Mapping[str, Any], datetime]]) -> set[str]:
    """Keep objects that are told for the first time, with when; returns the ids of those."""
    rows = [{**_same(one), **_told(one, at)} for one, at in told]
    new = insert(StripeObject).on_conflict_do_nothing().returning(StripeObject.id)
    # In one order for all, so that none waits for another in a circle.
    return set(session.scalars(new, sorted(rows, key=itemgetter("id")))) if rows else set()


def _same(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of an object never changes."""
    currency = told["currency"].upper()
    return {"id": told["id"], "type": told["object"], "currency": currency}


def _told(told: Mapping[str, Any], told_at: datetime) -> dict[str, Any]:
    """Return what each telling says anew."""
    return {
        "status": told.get("status") or "",
        "amount_minor": told.get("amount", told.get("amount_due", 0)),
        "payload": dict(told),
        "told_at": told_at,
    }


def _age(told: Mapping[str, Any], told_at: datetime) -> tuple[datetime, int, int]:
    """Return what orders two tellings of one object: the time, then what only ever grows."""
    moved = told.get("amount_refunded", 0) + told.get("amount_reversed", 0)
    return (
        told_at,
        ENDED.get(told.get("status") or "", 0),
        moved + len(told.get("balance_transactions", ())),
    )
