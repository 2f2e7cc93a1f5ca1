"""The turn of a month for many sellers: what Stripe asks of them, applied together.

Each month is kept, invoiced, posted and told as `plan_news` does it alone; what is not plainly a
month that nobody told of before is left to that.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.ledger_batch import post_all
from backoffice.billing.news import id_of
from backoffice.billing.plan import Plan
from backoffice.billing.plan_billing import bill_months
from backoffice.billing.plan_invoice import BillingCustomer, InvoiceState, PlanInvoice
from backoffice.billing.plan_mail import tell_invoices
from backoffice.billing.plan_news import month_of, price_of
from backoffice.billing.plan_postings import asking
from backoffice.billing.stripe_events import APPLY_MONTH, settle
from backoffice.billing.stripe_object import EventState, StripeEvent, remember_new
from backoffice.core.lease import mark_done, take
from backoffice.core.outbox import Channel
from backoffice.marketplace.seller import Seller

AT_ONCE = 500


def hear_waiting(session: Session) -> int:
    """Apply months that wait, those first that were asked for first; return how many.

    What is owed for them is done with it, in this transaction; what another drain has is its own.
    """
    rows = take(session, Channel.BILLING, APPLY_MONTH, AT_ONCE)
    owed = {row.payload["event_id"]: row for row in rows}
    if not owed:
        return 0
    events = session.scalars(
        select(StripeEvent)
        .where(StripeEvent.id.in_(owed), StripeEvent.state == EventState.PENDING)
        .order_by(StripeEvent.created, StripeEvent.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    new = _new(session, events)
    _hear(session, [month for _, month in new])
    for event, _ in new:
        settle(event, EventState.APPLIED)
    mark_done(session, [owed[event.id] for event, _ in new])
    return len(new)


def _new(
    session: Session, events: Sequence[StripeEvent]
) -> list[tuple[StripeEvent, PlanInvoice]]:  # fmt: skip
    """Return the months that are told for the first time, each with the event that tells it."""
    told = [event.payload["data"]["object"] for event in events]
    sellers = _sellers(session, told)
    plans = {one.stripe_price: one for one in session.scalars(select(Plan))}
    found: dict[str, tuple[StripeEvent, PlanInvoice]] = {}
    for event, one in zip(events, told, strict=True):
        # What cannot be read is left to its own work, which sets it aside with the reason.
        with suppress(LookupError, TypeError, ValueError):
            if one["status"] == InvoiceState.OPEN and one["id"] not in found:
                seller = sellers[id_of(one["customer"])]
                month = month_of(one, seller.id, plans[price_of(one)])
                month.seller = seller
                found[one["id"]] = event, month
    kept = [(event.payload["data"]["object"], event.created) for event, _ in found.values()]
    new = remember_new(session, kept)
    return [found[name] for name in found if name in new]


def _sellers(session: Session, told: Sequence[Mapping[str, Any]]) -> dict[str, Seller]:
    """Return the sellers behind the customers of invoices."""
    named = {id_of(one.get("customer")) for one in told}
    rows = session.execute(
        select(BillingCustomer.stripe_id, Seller)
        .join(Seller, Seller.id == BillingCustomer.seller_id)
        .where(BillingCustomer.stripe_id.in_(named))
    )
    return dict(rows.all())


def _hear(session: Session, months: Sequence[PlanInvoice]) -> None:
    session.add_all(months)
    session.flush()
    bill_months(session, months)
    tell_invoices(session, months, event="subscription.invoiced")
    post_all(session, [asking(one) for one in months if one.gross_minor])
