"""What stands in the way of a closure: found by the system, one function each.

A blocker delays an accepted request and never refuses it; once it clears, the request goes on.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from backoffice.billing.plan_invoice import InvoiceState, PlanInvoice
from backoffice.billing.refund import Refund
from backoffice.billing.refunding import MOVING, SETTLED_CHARGEBACKS
from backoffice.billing.stripe_object import ACCOUNT, StripeObject
from backoffice.core.case import Case, State
from backoffice.core.clock import begin_of, now, paris_day
from backoffice.core.queue import QUEUES
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.buyer_rights.periods import days_after
from backoffice.marketplace.order import Order
from backoffice.queues.erasures.model import Erasure
from config.settings import get_settings

SHOWN_MAX = 5  # links of one blocker


class Blocker(NamedTuple):
    """One thing that stands in the way: what, what to do about it, and where."""

    name: str
    label: str | Text
    what_to_do: str
    cases: Sequence[str] = ()  # references
    orders: Sequence[str] = ()  # the marketplace's numbers
    until: date | None = None  # the day on which it clears by itself

    @property
    def told(self) -> str:
        """Return what the party reads of it: never what only the staff may know."""
        return TOLD.get(self.name, str(self.label))


TOLD = {"authority_order": N_("An authority has asked that the data be kept for now")}

Find = Callable[[Session, Erasure], Iterable[Blocker]]


def blockers_of(session: Session, erasure: Erasure) -> list[Blocker]:
    """Return everything that stands in the way now."""
    return [found for find in BLOCKERS for found in find(session, erasure)]


def open_disputes(session: Session, erasure: Erasure) -> Iterable[Blocker]:
    """Find disputes that are not decided, on either side."""
    dispute: Any = QUEUES["disputes"].subject
    side = {"seller": dispute.seller_id, "buyer": dispute.buyer_id}.get(erasure.party_kind)
    if side is None:
        return
    rows = _open_cases("disputes", dispute).where(side == erasure.party_id)
    if cases := list(session.scalars(rows)):
        yield Blocker("open_dispute", N_("A dispute is open"),
                      N_("Decide the dispute first."), cases)  # fmt: skip


def running_orders(session: Session, erasure: Erasure) -> Iterable[Blocker]:
    """Find orders that were paid and are neither delivered nor cancelled."""
    rows = _orders(erasure).where(Order.paid_at.is_not(None), Order.delivered_at.is_(None))
    if orders := list(session.scalars(rows)):
        yield Blocker("running_order", N_("An order is on its way"),
                      N_("Wait until it is delivered or cancelled."), orders=orders)  # fmt: skip


def return_windows(session: Session, erasure: Erasure) -> Iterable[Blocker]:
    """Find orders whose goods may still be sent back, or are on their way back."""
    return_days = get_settings().return_days
    first = begin_of(paris_day(now()) - timedelta(days=return_days))
    under_way = and_(Order.return_requested_at.is_not(None), Order.delivered_at.is_not(None))
    rows = session.execute(
        select(Order.external_id, Order.delivered_at)
        .where(_whose(erasure), Order.cancelled_at.is_(None), Order.returned_at.is_(None))
        .where(or_(Order.delivered_at >= first, under_way))
        .order_by(Order.delivered_at.desc())
        .limit(SHOWN_MAX)
    ).all()
    if rows:
        last = days_after(rows[0].delivered_at, return_days)
        yield Blocker(
            "return_window",
            N_("Goods may still be sent back"),
            N_("Wait until the return period has passed."),
            orders=[row.external_id for row in rows],
            until=last if last >= paris_day(now()) else None,
        )


def moving_refunds(session: Session, erasure: Erasure) -> Iterable[Blocker]:
    """Find refunds that are owed or under way."""
    rows = _orders(erasure, cancelled=True).join(Refund, Refund.order_id == Order.id).distinct()
    if orders := list(session.scalars(rows.where(Refund.state.in_(MOVING)))):
        yield Blocker("refund", N_("A refund is owed or under way"),
                      N_("Wait until the money has moved."), orders=orders)  # fmt: skip


def open_chargebacks(session: Session, erasure: Erasure) -> Iterable[Blocker]:
    """Find payments that a bank contests."""
    rows = (
        _orders(erasure, cancelled=True)
        .join(StripeObject, StripeObject.order_id == Order.id)
        .where(StripeObject.type == "dispute")
        .where(StripeObject.status.not_in(SETTLED_CHARGEBACKS))
        .distinct()
    )
    if orders := list(session.scalars(rows)):
        yield Blocker("chargeback", N_("A bank contests a payment"),
                      N_("Wait until the chargeback is settled."), orders=orders)  # fmt: skip


def open_appeals(session: Session, erasure: Erasure) -> Iterable[Blocker]:
    """Find appeals of the party that are not decided."""
    appeal: Any = QUEUES["appeals"].subject
    rows = _open_cases("appeals", appeal).where(
        appeal.party_kind == erasure.party_kind, appeal.party_id == erasure.party_id
    )
    if cases := list(session.scalars(rows)):
        yield Blocker("open_appeal", N_("An appeal is open"),
                      N_("It must be decided first."), cases)  # fmt: skip


def unpaid_plan(session: Session, erasure: Erasure) -> Iterable[Blocker]:
    """Find months of a seller's plan that are neither paid nor given up."""
    if erasure.party_kind != "seller":
        return
    rows = (
        select(PlanInvoice.number)
        .where(PlanInvoice.seller_id == erasure.party_id, PlanInvoice.state == InvoiceState.OPEN)
        .order_by(PlanInvoice.due_at)
        .limit(SHOWN_MAX)
    )
    if numbers := list(session.scalars(rows)):
        yield Blocker("unpaid_plan",
                      text("Invoices of the plan are not paid: %(numbers)s",
                           numbers=", ".join(numbers)),
                      N_("Wait for the payment, or have finance give it up."))  # fmt: skip


def moving_payouts(session: Session, erasure: Erasure) -> Iterable[Blocker]:
    """Find payouts of a seller's own account at Stripe that have not arrived."""
    account = erasure.seller.stripe_account if erasure.seller is not None else None
    if not account:
        return
    rows = select(StripeObject.id).where(
        StripeObject.type == "payout",
        StripeObject.status.in_(("pending", "in_transit")),
        StripeObject.payload[ACCOUNT].astext == account,
    )
    if names := list(session.scalars(rows.order_by(StripeObject.id).limit(SHOWN_MAX))):
        yield Blocker("payout",
                      text("Payouts are on their way to the seller: %(names)s",
                           names=", ".join(names)),
                      N_("Wait until they have arrived."))  # fmt: skip


def authority_order(session: Session, erasure: Erasure) -> Iterable[Blocker]:
    """Find the order of an authority to keep everything."""
    if erasure.authority_order is not None:
        yield Blocker("authority_order",
                      text("An authority ordered to keep the data: %(order)s",
                           order=erasure.authority_order),
                      N_("A lead lifts it once the authority has."))  # fmt: skip


BLOCKERS: tuple[Find, ...] = (
    open_disputes,
    running_orders,
    return_windows,
    moving_refunds,
    open_chargebacks,
    open_appeals,
    unpaid_plan,
    moving_payouts,
    authority_order,
)


def _whose(erasure: Erasure) -> ColumnElement[bool]:
    sides = {"seller": Order.seller_id, "buyer": Order.buyer_id}
    side = sides.get(erasure.party_kind)
    return side == erasure.party_id if side is not None else false()


def _orders(erasure: Erasure, *, cancelled: bool = False) -> Select[str]:
    query = select(Order.external_id).where(_whose(erasure)).order_by(Order.external_id)
    query = query.limit(SHOWN_MAX)
    return query if cancelled else query.where(Order.cancelled_at.is_(None))


def _open_cases(slug: str, subject: Any) -> Select[str]:
    return (
        select(Case.reference)
        .join(subject, (Case.subject_id == subject.id) & (Case.queue == slug))
        .where(Case.state != State.CLOSED)
        .order_by(Case.reference)
        .limit(SHOWN_MAX)
    )
