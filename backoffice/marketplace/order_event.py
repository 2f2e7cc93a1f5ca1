"""What the events of an order say together, whatever the order in which they came."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backoffice.marketplace.order import Order, OrderEvent, OrderEventType

CLOCKS_DIFFER = timedelta(hours=1)
# The last parcel of a split order is what periods run from (C. conso. L221-18).
LATEST = frozenset({OrderEventType.DELIVERED, OrderEventType.RETURNED})


def earliest_at(order: Order) -> datetime:
    """Return before when nothing can have happened to an order."""
    return order.ordered_at - CLOCKS_DIFFER


def events_of(session: Session, order: Order) -> list[OrderEvent]:
    """Return what happened to an order, the oldest first."""
    query = select(OrderEvent).where(OrderEvent.order_id == order.id)
    return list(session.scalars(query.order_by(OrderEvent.at, OrderEvent.id)))


def take_waiting(session: Session, order: Order) -> None:
    """Give an order the events that came before it."""
    session.execute(
        update(OrderEvent)
        .where(OrderEvent.order_external_id == order.external_id, OrderEvent.order_id.is_(None))
        .values(order_id=order.id)
        .execution_options(synchronize_session=False)
    )


def derive(order: Order, events: Iterable[OrderEvent]) -> None:
    """Set what an order says of itself from all of its events.

    One that waited for its order and is older than that is kept, and counts for nothing.
    """
    found: dict[str, list[OrderEvent]] = {}
    for event in events:
        if event.at >= earliest_at(order):
            found.setdefault(event.type, []).append(event)
    for kind in OrderEventType:
        times = [event.at for event in found.get(kind, [])]
        last = max if kind in LATEST else min
        setattr(order, f"{kind}_at", last(times) if times else None)
    if shipped := found.get(OrderEventType.SHIPPED):
        first = min(shipped, key=lambda event: event.at)
        order.carrier = first.data.get("carrier", "")
        order.tracking_number = first.data.get("tracking_number", "")
