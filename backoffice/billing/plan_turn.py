"""The turn of a month for many sellers: what Stripe asks of them, applied together.

Each month is kept, invoiced, posted and told as `plan_news` does it alone; what is not plainly a
month that nobody told of before is left to that.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backoffice.billing.ledger_batch import post_all
from backoffice.billing.news import id_of
from backoffice.billing.plan import Plan
from backoffice.billing.plan_billing import bill_months
from backoffice.billing.plan_invoice import BillingCustomer, InvoiceState, PlanInvoice
from backoffice.billing.plan_mail import tell_invoices
from backoffice.billing.plan_news import month_of, price_of
from backoffice.billing.plan_postings import asking
from backoffice.billing.stripe_events import APPLY_MONTH, MONTH_TURNS
from backoffice.billing.stripe_object import EventState, StripeEvent, remember_new
from backoffice.core.clock import now
from backoffice.core.lease import is_ready
from backoffice.core.outbox import Channel, OutboxMessage, OutboxState
from backoffice.marketplace.seller import Seller

AT_ONCE = 500


def hear_waiting(session: Session) -> int:
    """Apply months that wait, those first that were asked for first; return how many.

    What is owed for them is done with it, in this transaction; what another drain has is its own.
    """
    owed = _owed(session)
    events = session.scalars(
        select(StripeEvent)
        .where(
            StripeEvent.id.in_(owed.values()),
            StripeEvent.type == MONTH_TURNS,
            StripeEvent.state == EventState.PENDING,
        )
        .order_by(StripeEvent.created, StripeEvent.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    if not events:
        return 0
    months = _new_months(session, events)
    _hear(session, list(months.values()))
    _settle(session, set(months), [row for row, event in owed.items() if event in months])
    return len(months)


def _owed(session: Session) -> dict[int, str]:
    """Return the events of which an application is owed by a row that is ours now."""
    rows = (
        select(OutboxMessage.id, OutboxMessage.payload["event_id"].astext)
        .where(is_ready(Channel.BILLING, now()), OutboxMessage.event == APPLY_MONTH)
        .order_by(OutboxMessage.available_at, OutboxMessage.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return dict(session.execute(rows).all())


def _new_months(session: Session, events: Sequence[StripeEvent]) -> dict[str, PlanInvoice]:
    """Return the rows of months that are told for the first time, by the event that tells them."""
    told = {one.id: one.payload["data"]["object"] for one in events}
    sellers = _sellers(session, told.values())
    plans = {one.stripe_price: one for one in session.scalars(select(Plan))}
    months = {}
    for name, one in told.items():
        # What cannot be read is left to its own work, which sets it aside with the reason.
        with suppress(LookupError, TypeError, ValueError):
            if one["status"] == InvoiceState.OPEN:
                months[name] = _month(one, sellers[id_of(one["customer"])], plans[price_of(one)])
    at = {one.id: one.created for one in events}
    return _told_first(session, months, {name: (told[name], at[name]) for name in months})


def _month(told: Mapping[str, Any], seller: Seller, plan: Plan) -> PlanInvoice:
    month = month_of(told, seller.id, plan)
    month.seller = seller
    return month


def _sellers(session: Session, told: Iterable[Mapping[str, Any]]) -> dict[str, Seller]:
    """Return the sellers behind the customers of invoices."""
    named = {id_of(one.get("customer")) for one in told}
    rows = session.execute(
        select(BillingCustomer.stripe_id, Seller)
        .join(Seller, Seller.id == BillingCustomer.seller_id)
        .where(BillingCustomer.stripe_id.in_(named))
    )
    return dict(rows.all())


def _told_first(
    session: Session, months: dict[str, PlanInvoice], told: Mapping[str, Any]
) -> dict[str, PlanInvoice]:
    """Return the months whose invoice was not known, and keep it; of two events one."""
    once = {one.stripe_id: name for name, one in reversed(months.items())}
    new = remember_new(session, [told[name] for name in once.values()])
    return {name: one for name, one in months.items() if once[one.stripe_id] == name and
            one.stripe_id in new}  # fmt: skip


def _hear(session: Session, months: Sequence[PlanInvoice]) -> None:
    session.add_all(months)
    session.flush()
    bill_months(session, months)
    tell_invoices(session, months, event="subscription.invoiced")
    post_all(session, [asking(one) for one in months if one.gross_minor])


def _settle(session: Session, events: set[str], rows: Sequence[int]) -> None:
    """Write down that events are applied, and that what was owed for them is done."""
    at = now()
    session.execute(
        update(StripeEvent)
        .where(StripeEvent.id.in_(events))
        .values(state=EventState.APPLIED, problem="", applied_at=at,
                attempts=StripeEvent.attempts + 1)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(rows))
        .values(state=OutboxState.SENT, sent_at=at, taken_at=at, leased_until=None,
                lease_token=None, last_error=None, attempts=OutboxMessage.attempts + 1)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
