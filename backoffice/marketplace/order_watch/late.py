"""Which orders and messages are late: conditions that the partial indexes of their tables serve."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, tuple_
from sqlalchemy.orm import aliased

from backoffice.core.clock import PARIS, SHOPS, begin_of
from backoffice.marketplace.order import Order
from backoffice.marketplace.thread_message import ThreadMessage
from backoffice.marketplace.user_text import TextStatus
from config.settings import get_settings

MESSAGES_SINCE = timedelta(days=30)
"""How old a message may be that is still watched: who was not answered by then has gone on."""


def unpaid() -> ColumnElement[bool]:
    """Return the orders that nobody paid: their sellers need not ship them."""
    return and_(Order.paid_at.is_(None), Order.cancelled_at.is_(None))


def not_shipped(at: datetime) -> ColumnElement[bool]:
    """Return the orders that should have left by the end of the second day after payment."""
    return and_(
        Order.paid_at.is_not(None),
        Order.shipped_at.is_(None),
        Order.delivered_at.is_(None),
        Order.cancelled_at.is_(None),
        Order.paid_at < paid_before(at, get_settings().ship_days),
    )


def not_delivered(at: datetime) -> ColumnElement[bool]:
    """Return the orders that should have arrived by the end of the fourth day after payment."""
    return and_(
        Order.paid_at.is_not(None),
        Order.delivered_at.is_(None),
        Order.cancelled_at.is_(None),
        Order.paid_at < paid_before(at, get_settings().deliver_days),
    )


def unanswered(at: datetime) -> ColumnElement[bool]:
    """Return the first message of each thread that its seller owes an answer to since too long."""
    since, earlier = at - MESSAGES_SINCE, aliased(ThreadMessage)
    # Nothing was answered since: what the buyer wrote before waits too, and stands for this one.
    is_repeated = exists().where(
        earlier.seller_id == ThreadMessage.seller_id,
        earlier.thread == ThreadMessage.thread,
        earlier.side == "buyer",
        earlier.status == TextStatus.SHOWN,
        earlier.sent_at > since,
        tuple_(earlier.sent_at, earlier.id) < tuple_(ThreadMessage.sent_at, ThreadMessage.id),
        ~_is_answered(earlier),
    )
    return and_(
        ThreadMessage.side == "buyer",
        ThreadMessage.status == TextStatus.SHOWN,
        ThreadMessage.sent_at <= SHOPS.before(at, timedelta(hours=get_settings().message_hours)),
        ThreadMessage.sent_at > since,
        ~_is_answered(ThreadMessage),
        ~is_repeated,
    )


def paid_before(at: datetime, days: int) -> datetime:
    """Return before when an order was paid of which so many whole days have passed (Paris)."""
    return begin_of(at.astimezone(PARIS).date() - timedelta(days=days))


def _is_answered(message: type[ThreadMessage]) -> ColumnElement[bool]:
    answer = aliased(ThreadMessage)
    return exists().where(
        answer.seller_id == message.seller_id,
        answer.thread == message.thread,
        answer.side == "seller",
        answer.sent_at >= message.sent_at,
    )
