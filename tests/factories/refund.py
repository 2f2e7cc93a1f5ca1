"""Refunds for tests, and what Stripe has told of an order."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from backoffice.billing.refund import Refund, RefundKind
from backoffice.billing.refunding import owe_refund
from backoffice.billing.stripe_object import StripeObject
from backoffice.core.clock import now
from backoffice.marketplace.order import Order


def owe(
    session: Session, order: Order, amount_minor: int, kind: RefundKind = RefundKind.SELLER, *,
    at: datetime | None = None, undo_for: timedelta = timedelta(), **more: Any,
) -> Refund:  # fmt: skip
    """Owe one more refund of an order."""
    refund = owe_refund(
        session, order, kind=kind, amount_minor=amount_minor, at=at or now(), undo_for=undo_for,
        **more,
    )  # fmt: skip
    session.flush()
    return refund


def tell(
    session: Session, order: Order, kind: str, name: str, amount_minor: int,
    status: str = "succeeded", **payload: Any,
) -> StripeObject:  # fmt: skip
    """Keep an object of Stripe's that belongs to an order."""
    told = StripeObject(
        id=name, type=kind, charge=order.charge, order_id=order.id, status=status,
        amount_minor=amount_minor, currency=order.currency, payload={"metadata": {}, **payload},
        told_at=now(),
    )  # fmt: skip
    session.add(told)
    session.flush()
    return told
