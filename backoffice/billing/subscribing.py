"""Beginning, changing and ending subscriptions: our rows say what holds, Stripe is brought to it.

A month that has begun is not refunded, and no month is charged in parts: a change holds from the
next month on.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.plan import (
    Subscription,
    end_of_month,
    plan_in_force,
    running_subscription,
)
from backoffice.core.clock import now
from backoffice.core.lock import lock
from backoffice.core.outbox import Channel, put_work
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.marketplace.seller import Seller

SYNC = "subscription.sync"
"""The work that brings Stripe to what our rows say of a seller; its payload names the seller."""


def subscribe(
    session: Session, seller: Seller, code: str, at: datetime | None = None
) -> Subscription | None:
    """Begin a subscription at the plan's price in force; None when one is running already.

    Raises LookupError where no such plan is in force.
    """
    at = at or now()
    plan = plan_in_force(session, code, at)
    if plan is None:
        raise LookupError(f"no plan {code!r} is in force")
    if running_subscription(session, seller.id):
        return None
    subscription = Subscription(seller_id=seller.id, plan_id=plan.id, starts_at=at)
    session.add(subscription)
    session.flush()
    return subscription


def unsubscribe(session: Session, subscription_id: int) -> None:
    """Take a subscription back; one that Stripe knows ends now, since months were asked for."""
    subscription = session.get_one(Subscription, subscription_id)
    if subscription.stripe_id is None:
        session.delete(subscription)
        return
    subscription.ends_at = now()
    owe_sync(session, subscription.seller_id)


def change_plan(session: Session, seller: Seller, code: str) -> Subscription:
    """Put a seller on another plan from its next month on; returns the row that will hold then.

    A change that was asked for before is replaced. Raises NotPossible.
    """
    lock(session, seller)
    running = running_subscription(session, seller.id)
    if running is None:
        raise NotPossible(text("This seller is on no plan."))
    if running.starts_at > now():
        running = _dropped(session, running)
    begins = end_of_month(running, now())
    plan = plan_in_force(session, code, begins)
    if plan is None:
        raise NotPossible(text("No such plan is in force on that day."))
    if plan.id == running.plan_id:
        owe_sync(session, seller.id)
        return running
    running.ends_at = begins
    session.flush()  # only one row of a seller may be without an end
    following = Subscription(
        seller_id=seller.id, plan_id=plan.id, starts_at=begins, stripe_id=running.stripe_id
    )
    session.add(following)
    session.flush()
    owe_sync(session, seller.id)
    return following


def end_with_month(session: Session, seller: Seller) -> None:
    """Let a seller's subscription end with the month that is paid; a change yet to come is off."""
    running = running_subscription(session, seller.id)
    if running is None:
        return
    if running.starts_at > now():
        running = _dropped(session, running)
    running.ends_at = end_of_month(running, now())
    owe_sync(session, seller.id)


def owe_sync(session: Session, seller_id: int, **where: object) -> None:
    """Owe that Stripe is told; `where` may give decision_id and available_at."""
    put_work(session, Channel.BILLING, SYNC, {"seller_id": seller_id}, **where)


def _dropped(session: Session, following: Subscription) -> Subscription:
    """Drop a row that does not hold yet; returns the one before it, without an end again."""
    before = session.scalars(
        select(Subscription)
        .where(
            Subscription.seller_id == following.seller_id,
            Subscription.ends_at == following.starts_at,
        )
        .order_by(Subscription.starts_at.desc())
        .limit(1)
    ).one()
    session.delete(following)
    session.flush()
    before.ends_at = None
    session.flush()
    return before
