"""Bringing Stripe to what our rows say of a seller's plan: nothing is locked while it answers.

Each step can be repeated: what is made bears a key, what is changed is set to a fixed value.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from backoffice.billing import stripe, stripe_billing
from backoffice.billing.plan import Plan, Subscription
from backoffice.billing.plan_invoice import BillingCustomer
from backoffice.billing.subscribing import SYNC, owe_sync
from backoffice.core.clock import now
from backoffice.core.outbox import Channel, OutboxMessage, OutboxState
from backoffice.core.work import unit_of_work
from backoffice.marketplace.seller import Seller, SellerStatus
from config.settings import get_settings

DELETE = "customer.delete"
"""The work that has Stripe forget a seller who is erased; its payload names the seller."""

MISSING_AFTER = timedelta(hours=1)
AT_ONCE = 500  # sellers; the next run takes the others
RUNNING = ("active", "past_due", "unpaid")


class Wanted(NamedTuple):
    """What holds of a seller's plan: the last row of it, and how far we and Stripe are."""

    subscription_id: int
    stripe_id: str | None
    plan_id: int
    ends_at: datetime | None


def sync_subscription(session: Session, seller_id: int) -> None:
    """Make Stripe's subscription of a seller what it should be: begun, at its price, ended."""
    with unit_of_work(session):
        wanted = _wanted(session, seller_id)
    if wanted is None:
        return
    if wanted.stripe_id is None:
        if wanted.ends_at is None:
            _begin(session, seller_id, wanted)
    else:
        _customer(session, seller_id)
        _adjust(session, wanted, stripe.retrieve("subscription", wanted.stripe_id))
    with unit_of_work(session):  # what was changed meanwhile was perhaps overtaken by us
        after = _wanted(session, seller_id)
        if after is not None and after[2:] != wanted[2:]:
            owe_sync(session, seller_id)


def delete_customer(session: Session, seller_id: int) -> None:
    """Have Stripe delete a seller's customer, and with it what still runs."""
    with unit_of_work(session):
        kept = session.get(BillingCustomer, seller_id)
        named = kept.stripe_id if kept and kept.deleted_at is None else None
    if named is None:
        return
    try:
        stripe_billing.delete_customer(named)
    except stripe.StripeRefused as refusal:
        if refusal.code != "resource_missing":  # it was deleted, and the answer was lost
            raise
    with unit_of_work(session):
        session.get_one(BillingCustomer, seller_id).deleted_at = now()


def owe_missing(session: Session) -> int:
    """Owe what Stripe was not told: subscriptions that never began, names that changed."""
    is_unknown = and_(
        Subscription.stripe_id.is_(None), Subscription.starts_at <= now() - MISSING_AFTER
    )
    rows = session.scalars(
        select(Subscription.seller_id)
        .join(Seller, Seller.id == Subscription.seller_id)
        .outerjoin(BillingCustomer, BillingCustomer.seller_id == Seller.id)
        .where(
            Subscription.ends_at.is_(None),
            Seller.status != SellerStatus.TERMINATED,
            or_(is_unknown, BillingCustomer.told_version != Seller.version),
            ~_is_owed(),
        )
        .order_by(Subscription.id)
        .limit(AT_ONCE)
    ).all()
    for seller_id in rows:
        owe_sync(session, seller_id)
    return len(rows)


def _is_owed() -> ColumnElement[bool]:
    return (
        select(OutboxMessage.id)
        .where(
            OutboxMessage.channel == Channel.BILLING,
            OutboxMessage.event == SYNC,
            OutboxMessage.state.in_((OutboxState.PENDING, OutboxState.DEAD)),
            OutboxMessage.payload["seller_id"].as_integer() == Subscription.seller_id,
        )
        .exists()
    )


def _wanted(session: Session, seller_id: int) -> Wanted | None:
    last = session.scalars(
        select(Subscription)
        .where(Subscription.seller_id == seller_id)
        .order_by(Subscription.starts_at.desc(), Subscription.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()
    if last is None:
        return None
    return Wanted(last.id, last.stripe_id, last.plan_id, last.ends_at)


def _is_over(wanted: Wanted) -> bool:
    return wanted.ends_at is not None and wanted.ends_at <= now()


def _begin(session: Session, seller_id: int, wanted: Wanted) -> None:
    customer, price = _customer(session, seller_id), _price(session, wanted.plan_id)
    made = stripe_billing.create_subscription(
        customer=customer,
        price=price,
        days_until_due=get_settings().plan_due_days,
        metadata={"subscription": str(wanted.subscription_id)},
        idempotency_key=f"subscription:{wanted.subscription_id}",
    )
    with unit_of_work(session):
        row = session.get(Subscription, wanted.subscription_id)
        if row is not None:
            row.stripe_id = made["id"]
    if row is None:  # taken back meanwhile
        stripe_billing.cancel(made["id"])


def _adjust(session: Session, wanted: Wanted, known: dict[str, Any]) -> None:
    if known["status"] not in RUNNING:
        return
    if _is_over(wanted):
        stripe_billing.cancel(known["id"])
        return
    (item,) = known["items"]["data"]
    price = _price(session, wanted.plan_id)
    if item["price"]["id"] != price:
        metadata = {"subscription": str(wanted.subscription_id)}
        stripe_billing.change_price(known["id"], item=item["id"], price=price, metadata=metadata)
    if known["cancel_at_period_end"] != (ends := wanted.ends_at is not None):
        stripe_billing.end_with_its_month(known["id"], ends=ends)


def _customer(session: Session, seller_id: int) -> str:
    """Return a seller's customer at Stripe, made on first use, under its present name."""
    with unit_of_work(session):
        kept = session.get(BillingCustomer, seller_id)
        seller = session.get_one(Seller, seller_id, populate_existing=True)
        version, external_id = seller.version, seller.external_id
        who = {"name": seller.legal_name, "email": seller.contact_email, "locale": seller.locale}
    if kept is not None:
        if kept.told_version != version and kept.deleted_at is None:
            stripe_billing.update_customer(kept.stripe_id, **who)
            with unit_of_work(session):
                session.get_one(BillingCustomer, seller_id).told_version = version
        return kept.stripe_id
    made = stripe_billing.create_customer(
        **who, metadata={"seller": external_id}, idempotency_key=f"customer:{seller_id}"
    )
    with unit_of_work(session):
        if session.get(BillingCustomer, seller_id) is None:
            session.add(
                BillingCustomer(seller_id=seller_id, stripe_id=made["id"], told_version=version)
            )
    return str(made["id"])


def _price(session: Session, plan_id: int) -> str:
    """Return a plan's price at Stripe, made on first use."""
    with unit_of_work(session):
        plan = session.get_one(Plan, plan_id)
        kept, label, amount_minor, currency = (
            plan.stripe_price, plan.name, plan.price_minor, plan.currency,
        )  # fmt: skip
    if kept is not None:
        return kept
    made = stripe_billing.create_price(
        label=label, amount_minor=amount_minor, currency=currency,
        metadata={"plan": str(plan_id)}, idempotency_key=f"price:{plan_id}",
    )  # fmt: skip
    with unit_of_work(session):
        session.get_one(Plan, plan_id).stripe_price = made["id"]
    return str(made["id"])
