"""Reminders to sellers: an order not shipped, not delivered, a message without an answer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backoffice.core.clock import now
from backoffice.core.outbox import put_mail
from backoffice.marketplace.order import Order
from backoffice.marketplace.order_watch.late import not_delivered, not_shipped, unanswered
from backoffice.marketplace.order_watch.model import MessageReminder, OrderReminder
from backoffice.marketplace.thread_message import ThreadMessage
from config.settings import get_settings

AT_ONCE = 500
SINCE = timedelta(days=30)  # what was paid before is told to nobody: a first import brings years
TITLES_MAX, EXCERPT_MAX = 20, 500


class Watched(NamedTuple):
    """One kind of lateness of orders: what it is, within how many days it should not be."""

    is_late: Callable[[datetime], ColumnElement[bool]]
    days: Callable[[], int]


WATCHED = {
    "not_shipped": Watched(not_shipped, lambda: get_settings().ship_days),
    "not_delivered": Watched(not_delivered, lambda: get_settings().deliver_days),
}


def remind(session: Session) -> None:
    """Owe each seller one e-mail for each order and message that is late, some hundreds a run."""
    at, left = now(), AT_ONCE
    for kind in WATCHED:
        left -= _remind_of_orders(session, kind, at, left)
    _remind_of_messages(session, at, left)


def _remind_of_orders(session: Session, kind: str, at: datetime, limit: int) -> int:
    told = exists().where(OrderReminder.order_id == Order.id, OrderReminder.kind == kind)
    late = session.scalars(
        select(Order)
        .where(WATCHED[kind].is_late(at), Order.paid_at > at - SINCE, ~told)
        .order_by(Order.paid_at, Order.id)
        .limit(limit)
    ).all()
    for order in late:
        _tell_of_order(session, kind, order)
    return len(late)


def _tell_of_order(session: Session, kind: str, order: Order) -> None:
    row = insert(OrderReminder).values(order_id=order.id, kind=kind).on_conflict_do_nothing()
    if session.scalar(row.returning(OrderReminder.order_id)) is None:
        return
    is_shipping = kind == "not_shipped"
    put_mail(
        session,
        event="order.not_shipped" if is_shipping else "order.not_delivered",
        to=order.seller.contact_email,
        locale=order.seller.locale,
        context=_about_order(order, WATCHED[kind].days()),
    )


def _about_order(order: Order, days: int) -> dict[str, Any]:
    return {
        "recipient": order.seller.representative,
        "title": order.seller.display_name,
        "reference": order.external_id,
        "paid_at": order.paid_at.isoformat() if order.paid_at else None,
        "shipped_at": order.shipped_at.isoformat() if order.shipped_at else None,
        "carrier": order.carrier,
        "tracking_number": order.tracking_number,
        "days": days,
        "articles": [f"{line.quantity} × {line.title}" for line in order.lines[:TITLES_MAX]],
    }


def _remind_of_messages(session: Session, at: datetime, limit: int) -> None:
    told = exists().where(MessageReminder.message_id == ThreadMessage.id)
    late = session.scalars(
        select(ThreadMessage)
        .where(unanswered(at), ~told)
        .order_by(ThreadMessage.sent_at, ThreadMessage.id)
        .limit(limit)
    ).all()
    for message in late:
        _tell_of_message(session, message)


def _tell_of_message(session: Session, message: ThreadMessage) -> None:
    row = insert(MessageReminder).values(message_id=message.id).on_conflict_do_nothing()
    if session.scalar(row.returning(MessageReminder.message_id)) is None:
        return
    put_mail(
        session,
        event="message.unanswered",
        to=message.seller.contact_email,
        locale=message.seller.locale,
        context={
            "recipient": message.seller.representative,
            "title": message.seller.display_name,
            "reference": message.order,
            "thread": message.thread,
            "author": message.author,
            "sent_at": message.sent_at.isoformat(),
            "excerpt": message.text[:EXCERPT_MAX],
            "hours": get_settings().message_hours,
        },
    )
