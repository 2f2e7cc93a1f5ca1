"""Reminders to sellers: once each, of what is late and not too old."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core.clock import SHOPS, now
from backoffice.core.outbox import OutboxMessage
from backoffice.marketplace.order_watch import remind as module
from backoffice.marketplace.order_watch.remind import remind
from backoffice.marketplace.user_text import TextStatus
from backoffice.notify.render import render
from tests.factories.order import make_order
from tests.factories.seller import make_seller
from tests.factories.user_text import make_message

LONG_AGO = timedelta(days=7)


def ago(**length):
    return now() - timedelta(**length)


def told(session) -> list[tuple[str, str]]:
    """Return what was told, as (event, order or thread)."""
    rows = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.event.like("order.%") | (OutboxMessage.event == "message.unanswered"))
        .order_by(OutboxMessage.id)
    )
    return [(row.event, row.payload.get("thread") or row.payload["reference"]) for row in rows]


def write(session, seller, side, sent_at, thread="fil-1"):
    return make_message(session, seller, side=side, thread=thread, sent_at=sent_at.isoformat())


def test_an_order_not_shipped_is_told_once(session):
    order = make_order(session, paid_at=ago(days=3, hours=1))
    make_order(session, paid_at=ago(days=1))
    make_order(session, ordered_at=ago(days=9))
    make_order(session, paid_at=ago(days=3, hours=1), cancelled_at=ago(days=1))
    make_order(session, paid_at=ago(days=3, hours=1), shipped_at=ago(days=1))
    remind(session)
    remind(session)
    assert told(session) == [("order.not_shipped", order.external_id)]


def test_an_order_not_delivered_is_told_once(session):
    order = make_order(session, paid_at=ago(days=6), shipped_at=ago(days=5))
    make_order(session, paid_at=ago(days=6), shipped_at=ago(days=5), delivered_at=ago(days=1))
    remind(session)
    remind(session)
    assert told(session) == [("order.not_delivered", order.external_id)]


def test_the_mails_go_to_the_seller_and_can_be_read(session, app):
    order = make_order(session, paid_at=ago(days=6))
    remind(session)
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.event.like("order.%"))).all()
    assert {row.event for row in rows} == {"order.not_shipped", "order.not_delivered"}
    with app.app_context():
        for row in rows:
            assert row.to_address == order.seller.contact_email
            mail = render(row.event, "en", row.payload)
            assert order.external_id in mail.subject
            assert "1 × Bol en grès numéro 1" in mail.text
            assert "None" not in mail.text + mail.html


def test_orders_of_a_first_import_are_told_to_nobody(session):
    make_order(session, paid_at=ago(days=31))
    remind(session)
    assert told(session) == []


def test_one_run_tells_some_and_the_next_the_others(session, monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 2)
    seller = make_seller(session)
    for _ in range(3):
        make_order(session, seller, paid_at=ago(days=6))
    remind(session)
    assert len(told(session)) == 2
    remind(session)
    assert len(told(session)) == 4


def test_a_message_without_answer_is_told_once_a_silence(session):
    seller, began = make_seller(session), now() - LONG_AGO
    write(session, seller, "buyer", began)
    write(session, seller, "buyer", began + timedelta(hours=1))
    remind(session)
    remind(session)
    assert told(session) == [("message.unanswered", "fil-1")]
    write(session, seller, "seller", began + timedelta(hours=2))
    remind(session)
    assert len(told(session)) == 1
    write(session, seller, "buyer", began + timedelta(hours=3))
    remind(session)
    assert len(told(session)) == 2


@pytest.mark.parametrize("seconds", [-60, 60])
def test_a_message_has_its_working_hours(session, monkeypatch, seconds):
    seller, began = make_seller(session), now() - LONG_AGO
    write(session, seller, "buyer", began)
    at = SHOPS.add(began, timedelta(hours=24)) + timedelta(seconds=seconds)
    monkeypatch.setattr(module, "now", lambda: at)
    remind(session)
    assert len(told(session)) == (seconds > 0)


def test_what_needs_no_answer_is_told_to_nobody(session):
    seller, began = make_seller(session), now() - LONG_AGO
    write(session, seller, "buyer", began, "answered")
    write(session, seller, "seller", began + timedelta(minutes=1), "answered")
    write(session, seller, "seller", began, "of-the-seller")
    write(session, seller, "buyer", began - timedelta(days=40), "old")
    write(session, seller, "buyer", began, "removed").status = TextStatus.REMOVED
    session.flush()
    remind(session)
    assert told(session) == []


def test_a_message_of_long_ago_does_not_stand_for_a_new_one(session):
    seller, began = make_seller(session), now() - LONG_AGO
    write(session, seller, "buyer", began - timedelta(days=40))
    write(session, seller, "buyer", began)
    remind(session)
    assert told(session) == [("message.unanswered", "fil-1")]
