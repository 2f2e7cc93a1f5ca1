"""Stripe's events: each stored once, and applied once whatever their order."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backoffice.billing.news import Link, News, Waits
from backoffice.billing.stripe_news import HANDLERS, OBJECTS
from backoffice.billing.stripe_object import EventState, StripeEvent
from backoffice.core.clock import now
from backoffice.core.outbox import Channel, OutboxMessage, OutboxState, put_work
from backoffice.marketplace.order import Order

log = logging.getLogger(__name__)

APPLY, APPLY_MONTH = "stripe.apply", "stripe.apply_month"
"""The work that applies an event, which its payload names; months that are asked for wait apart:
they turn for many sellers at once."""

MONTH_TURNS = "invoice.finalized"

FIRST_WAIT = timedelta(minutes=1)  # before an event that waits is tried again; doubled each time
DOUBLED_MAX = 20


def keep_event(session: Session, event: dict[str, Any]) -> bool:
    """Store an event and owe its application; returns False for one that is stored already."""
    row = insert(StripeEvent).values(
        id=event["id"],
        type=event["type"],
        account=event.get("account"),
        api_version=event.get("api_version") or "",
        livemode=event["livemode"],
        created=datetime.fromtimestamp(event["created"], UTC),
        payload=event,
    )
    new = session.scalar(row.on_conflict_do_nothing().returning(StripeEvent.id))
    if new is not None:
        _put(session, new, event["type"])
    return new is not None


def apply_event(session: Session, event_id: str) -> None:
    """Apply an event that is not applied yet; one about an order that we do not know waits for it.

    Raises Lacking where something must first be fetched of Stripe: nothing is changed then.
    """
    event = session.get_one(StripeEvent, event_id, with_for_update=True, populate_existing=True)
    if event.state != EventState.PENDING:
        return
    handler = HANDLERS.get(event.type)
    if handler is None:
        settle(event, EventState.IGNORED)
        return
    news = News(session, event.payload["data"]["object"], event.created, event.account)
    try:
        link = handler(news)
    except Waits as reason:
        event.attempts += 1
        event.problem = str(reason)
        return
    settle(event, EventState.APPLIED if link is not Link.NONE else EventState.IGNORED)
    if link is Link.NEW:
        owe_waiting(session, news.order)


def apply_object(session: Session, told: Mapping[str, Any], at: datetime) -> None:
    """Apply an object that was fetched at a time: what an event that was lost would have told.

    Raises Lacking as `apply_event` does. Of what is about nothing we know, nothing is kept.
    """
    handler = OBJECTS.get(told["object"])
    if handler is None:
        return
    news = News(session, told, at)
    try:
        link = handler(news)
    except Waits as reason:
        log.info("%s %s waits: %s", told["object"], told["id"], reason)
        return
    if link is Link.NEW:
        owe_waiting(session, news.order)


def owe_waiting(session: Session, order: Order) -> None:
    """Owe the application of events that came before their order, or before its charge was known.

    To be called when an order comes in or learns its charge.
    """
    told = StripeEvent.payload["data"]["object"]
    about: list[ColumnElement[bool]] = [told["metadata"]["order"].astext == order.external_id]
    if order.charge:
        names = ("id", "charge", "source_transaction", "originating_transaction")
        about += [told[name].astext == order.charge for name in names]
    _owe(session, or_(*about))


def sweep_events(session: Session) -> None:
    """Owe again what waits or was lost on its way: after a minute, then two, four…"""
    doubled = func.least(StripeEvent.attempts, DOUBLED_MAX)
    wait = FIRST_WAIT * func.power(2, doubled)
    _owe(session, StripeEvent.received_at + wait <= now())


def fail_event(session: Session, event_id: str, problem: str) -> None:
    """Set an event aside that cannot be applied, with the reason; finance sees it in the list."""
    event = session.get_one(StripeEvent, event_id, with_for_update=True, populate_existing=True)
    event.attempts += 1
    event.state, event.problem = EventState.FAILED, problem


def settle(event: StripeEvent, state: EventState) -> None:
    """Write down how an event ended."""
    event.attempts += 1
    event.state, event.problem, event.applied_at = state, "", now()


def _owe(session: Session, which: ColumnElement[bool]) -> None:
    """Owe the application of pending events, but those for which it is owed already."""
    owed = select(OutboxMessage.id).where(
        OutboxMessage.channel == Channel.BILLING,
        OutboxMessage.event.in_((APPLY, APPLY_MONTH)),
        OutboxMessage.state == OutboxState.PENDING,
        OutboxMessage.leased_until.is_(None),
        OutboxMessage.payload["event_id"].astext == StripeEvent.id,
    )
    waiting = select(StripeEvent.id, StripeEvent.type).where(
        StripeEvent.state == EventState.PENDING, which, ~owed.exists()
    )
    for event_id, type in session.execute(waiting.order_by(StripeEvent.created, StripeEvent.id)):
        _put(session, event_id, type)


def _put(session: Session, event_id: str, type: str) -> None:
    if type == MONTH_TURNS:
        put_work(session, Channel.BILLING, APPLY_MONTH, {"event_id": event_id})
    else:
        put_work(session, Channel.BILLING, APPLY, {"event_id": event_id})
