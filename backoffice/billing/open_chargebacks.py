"""The chargebacks that banks have not settled, the first to be answered first."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.refunding import SETTLED_CHARGEBACKS
from backoffice.billing.stripe_object import StripeObject
from backoffice.core.case import Case, CaseKey
from backoffice.core.search import key
from backoffice.core.text import N_
from backoffice.marketplace.order import Order

SHOWN_MAX = 200
STATUSES = {
    "needs_response": N_("To be answered"),
    "warning_needs_response": N_("Inquiry, to be answered"),
    "appeal_needs_response": N_("Appeal, to be answered"),
    "under_review": N_("With the bank"),
    "warning_under_review": N_("Inquiry, with the bank"),
    "appeal_under_review": N_("Appeal, with the bank"),
}
REASONS = {
    "credit_not_processed": N_("A refund never came"),
    "duplicate": N_("Paid twice"),
    "fraudulent": N_("Not paid by the holder"),
    "general": N_("No reason given"),
    "product_not_received": N_("Not received"),
    "product_unacceptable": N_("Not as described"),
    "subscription_canceled": N_("Subscription cancelled"),
    "unrecognized": N_("Not recognised"),
}


class Chargeback(NamedTuple):
    """One open chargeback: what the bank says, until when it wants evidence, about which order."""

    id: str
    amount_minor: int
    currency: str
    status: str
    reason: str
    due_by: datetime | None
    order: str
    reference: str | None  # of the newest case about the order


def open_chargebacks(session: Session) -> list[Chargeback]:
    """Return them; those that nobody needs to answer any more come last."""
    rows = session.execute(
        select(StripeObject, Order.external_id)
        .outerjoin(Order, Order.id == StripeObject.order_id)
        .where(
            StripeObject.type == "dispute",
            StripeObject.status.not_in(SETTLED_CHARGEBACKS),
        )
        .order_by(StripeObject.told_at.desc(), StripeObject.id)
        .limit(SHOWN_MAX)
    ).all()
    cases = _cases(session, [order for _, order in rows if order])
    found = [_read(told, order or "", cases.get(key(order or ""))) for told, order in rows]
    never = datetime.max.replace(tzinfo=UTC)
    return sorted(found, key=lambda one: one.due_by or never)


def _cases(session: Session, orders: list[str]) -> dict[str, str]:
    """Return the newest dispute about each order, by the order's key."""
    query = (
        select(CaseKey.value, Case.reference)
        .join(Case, Case.id == CaseKey.case_id)
        .where(CaseKey.kind == "order", CaseKey.value.in_(map(key, orders)))
        .where(Case.queue == "disputes")
        .order_by(Case.id)
    )
    return dict(session.execute(query).all())


def _read(told: StripeObject, order: str, reference: str | None) -> Chargeback:
    details: dict[str, Any] = told.payload.get("evidence_details") or {}
    due_by = details.get("due_by")
    return Chargeback(
        told.id,
        told.amount_minor,
        told.currency,
        told.status,
        told.payload.get("reason") or "",
        datetime.fromtimestamp(due_by, UTC) if due_by else None,
        order,
        reference,
    )
