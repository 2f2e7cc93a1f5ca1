"""Refunds as decided: what is owed to Stripe, and how far each one got."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.text import N_
from backoffice.marketplace.order import Order


class RefundKind(StrEnum):
    """Who bears it."""

    SELLER = "seller"  # the buyer is refunded, the seller bears it
    GOODWILL = "goodwill"  # the buyer is refunded, the marketplace bears it
    COMPENSATION = "compensation"  # the marketplace pays the seller what a refund had cost


class RefundState(StrEnum):
    """How far a refund got."""

    AWAITING_RETURN = "awaiting_return"  # the goods must be back first
    OWED = "owed"  # its outbox row will ask Stripe
    REQUESTED = "requested"  # Stripe has it, and will say how it ends
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # nothing moved: its case is open again
    CANCELLED = "cancelled"  # taken back before anything left


KINDS = {
    RefundKind.SELLER: N_("To the buyer, borne by the seller"),
    RefundKind.GOODWILL: N_("To the buyer, borne by us"),
    RefundKind.COMPENSATION: N_("To the seller, borne by us"),
}
STATES = {
    RefundState.AWAITING_RETURN: N_("Awaits the goods"),
    RefundState.OWED: N_("About to leave"),
    RefundState.REQUESTED: N_("Asked of Stripe"),
    RefundState.SUCCEEDED: N_("Done"),
    RefundState.FAILED: N_("Failed"),
    RefundState.CANCELLED: N_("Called off"),
}


class Refund(Identified, Base):
    """One movement of money that a decision owes; amounts in cents."""

    __tablename__ = "refund"
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        CheckConstraint("kind in ('seller', 'goodwill', 'compensation')", name="kind"),
        CheckConstraint(
            "state in ('awaiting_return', 'owed', 'requested', 'succeeded', 'failed', 'cancelled')",
            name="state",
        ),
        Index("ix_refund_case", "case_id"),
        Index("ix_refund_state", "state", "id"),
    )
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    number: Mapped[int] = mapped_column(Integer)  # the order's first, second…
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(default="EUR", info=marked(Personal.NONE))
    # Of our commission, what goes back to the seller with it: what Stripe does is what is posted.
    fee_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[str] = mapped_column(default=RefundState.OWED, info=marked(Personal.NONE))
    stripe_id: Mapped[str | None] = mapped_column(unique=True, info=marked(Personal.NONE))
    failure_code: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    failure: Mapped[str] = mapped_column(
        default="", info=marked(Personal.NONE)
    )  # as Stripe says it
    created_at: Mapped[datetime] = mapped_column(default=now)
    return_by: Mapped[datetime | None]  # until when the goods must be back
    requested_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship()

    @property
    def idempotency_key(self) -> str:
        """Return the key under which Stripe does it once, however often it is asked."""
        return f"refund:{self.order_id}:{self.number}"
