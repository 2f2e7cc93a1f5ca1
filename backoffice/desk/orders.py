"""What an order's page shows: its steps, commissions, refunds, messages and cases."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backoffice.billing.commission import Commission
from backoffice.core.case import Case
from backoffice.core.clock import days_between
from backoffice.core.permissions import Actor
from backoffice.core.queue import QUEUES
from backoffice.desk.order_words import EVENTS
from backoffice.marketplace.order import Order, OrderEventType, OrderLine
from backoffice.marketplace.review import Review
from backoffice.queues.disputes.model import Dispute
from backoffice.queues.tickets.model import Ticket
from config.settings import get_settings

REVIEWS_MAX = 100
ALWAYS = (OrderEventType.PAID, OrderEventType.SHIPPED, OrderEventType.DELIVERED)
FROM_DELIVERY = frozenset({OrderEventType.RETURN_REQUESTED, OrderEventType.RETURNED})


class Step(NamedTuple):
    """One step of an order: when, how many days after the one it is counted from, in what tone."""

    label: str
    at: datetime | None
    days: int | None = None
    tone: str = ""


def steps_of(order: Order, ordered_label: str, at: datetime) -> Iterator[Step]:
    """Yield the steps of an order: the usual ones always, others where they happened."""
    yield Step(ordered_label, order.ordered_at)
    for kind, said in EVENTS.items():
        happened: datetime | None = getattr(order, f"{kind}_at")
        if happened is None and (kind not in ALWAYS or order.cancelled_at):
            continue
        since = order.delivered_at if kind in FROM_DELIVERY else order.paid_at
        is_counted = kind in FROM_DELIVERY or kind in ALWAYS[1:]
        days = days_between(since, happened) if since and happened and is_counted else None
        yield Step(said.label, happened, days, _tone(order, kind, at))


def _tone(order: Order, kind: OrderEventType, at: datetime) -> str:
    """Return how late a step is, or was: shipping warns, delivery is what was promised."""
    settings = get_settings()
    allowed = {
        OrderEventType.SHIPPED: (settings.ship_days, "warn"),
        OrderEventType.DELIVERED: (settings.deliver_days, "bad"),
    }
    if kind == OrderEventType.CANCELLED:
        return "bad"
    if kind not in allowed or order.paid_at is None:
        return ""
    if kind == OrderEventType.SHIPPED and order.shipped_at is None and order.delivered_at:
        return ""
    days, tone = allowed[kind]
    happened = getattr(order, f"{kind}_at") or at
    return tone if days_between(order.paid_at, happened) > days else ""


def commissions_of(session: Session, order: Order) -> dict[int, Commission]:
    """Return what the plan takes of each line."""
    rows = session.scalars(
        select(Commission)
        .join(OrderLine, OrderLine.id == Commission.order_line_id)
        .where(OrderLine.order_id == order.id)
    )
    return {row.order_line_id: row for row in rows}


def reviews_of(session: Session, order: Order) -> Sequence[Review]:
    """Return the reviews that name an order."""
    return session.scalars(
        select(Review)
        .where(Review.seller_id == order.seller_id, Review.order == order.external_id)
        .order_by(Review.written_at)
        .limit(REVIEWS_MAX)
    ).all()


def cases_about(session: Session, order: Order, actor: Actor) -> Sequence[Case] | None:
    """Return the cases about an order that somebody may read, the newest first.

    None where cases of neither kind may be read.
    """
    about = [
        (Case.queue == slug) & Case.subject_id.in_(select(kind.id).where(kind.order_id == order.id))
        for slug, kind in (("disputes", Dispute), ("tickets", Ticket))
        if actor.may(QUEUES[slug].permission("read"))
    ]
    if not about:
        return None
    return session.scalars(select(Case).where(or_(*about)).order_by(Case.id.desc())).all()
