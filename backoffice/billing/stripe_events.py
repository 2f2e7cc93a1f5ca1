"""Stripe's events: each stored once, and applied once whatever their order."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backoffice.billing.stripe_object import StripeEvent
from backoffice.core.outbox import Channel, put_work

APPLY = "stripe.apply"
"""The work that applies an event; its payload names it."""


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
        put_work(session, Channel.BILLING, APPLY, {"event_id": new})
    return new is not None
