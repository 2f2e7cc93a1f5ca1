"""Stripe's events: kept once, applied once, whatever their order; none is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import permutations
from random import Random

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backoffice.billing.ledger_model import JournalEntry
from backoffice.billing.news import Lacking
from backoffice.billing.refund import Refund, RefundKind, RefundState
from backoffice.billing.refunding import open_chargeback
from backoffice.billing.stripe_events import (
    APPLY,
    apply_event,
    keep_event,
    owe_waiting,
    sweep_events,
)
from backoffice.billing.stripe_object import StripeEvent, StripeObject, remember
from backoffice.core.clock import now
from backoffice.core.outbox import OutboxMessage, OutboxState
from backoffice.marketplace.order import Order
from tests.factories.books import books
from tests.factories.sold import make_sold
from tests.factories.stripe import Sale, make_event

G, C = 12_000, 1_440


def owed(session):
    query = select(OutboxMessage.payload).where(
        OutboxMessage.event == APPLY, OutboxMessage.state == OutboxState.PENDING
    )
    return [payload["event_id"] for payload in session.scalars(query.order_by(OutboxMessage.id))]


def done(session):
    """Mark what is owed as done, as a drain does."""
    for row in session.scalars(select(OutboxMessage).where(OutboxMessage.event == APPLY)):
        row.state = OutboxState.SENT
    session.flush()


def state_of(session, event):
    return session.get(StripeEvent, event["id"]).state


def own(session, order, amount=G, kind=RefundKind.SELLER):
    refund = Refund(order_id=order.id, number=1, kind=kind, amount_minor=amount)
    session.add(refund)
    session.flush()
    return refund


def test_an_event_is_kept_once_and_owed_once(session):
    event = make_event("balance.available", {"object": "balance"}, 1_800_000_000)
    assert [keep_event(session, event) for _ in "ab"] == [True, False]
    assert owed(session) == [event["id"]]


def test_a_type_that_changes_nothing_is_set_aside(session, hear):
    event = make_event("balance.available", {"object": "balance"}, 1_800_000_000)
    hear([event])
    assert state_of(session, event) == "ignored"


def test_events_in_any_order_and_twice_give_the_same_books(session, sell, hear):
    found = set()
    for chosen in list(permutations(range(5)))[5::17]:
        order = sell(G, C)
        sale = Sale(order.external_id, G, C)
        refund = own(session, order, 6_000)
        sale.refund(6_000, fee_back=720, reverse=6_000, refund=refund.id)
        told = [one for one in sale.events if one["type"] != "charge.refunded"]
        shuffled = [told[place] for place in chosen] + told[5:]
        apply_all(session, hear, order, [*shuffled, *reversed(shuffled)])
        found.add(tuple(sorted(books(session, order).items())))
        assert refund.state == RefundState.SUCCEEDED
        assert {state_of(session, one) for one in told} == {"applied"}
    assert found == {(("44571", -120), ("517", 720 - 193), ("6278", 193), ("706200", -600))}


def apply_all(session, hear, order, events):
    """Keep and apply, then what waited, until nothing waits."""
    hear(events)
    owe_waiting(session, order)
    for event_id in owed(session):
        apply_event(session, event_id)
    done(session)


def test_what_comes_before_the_charge_waits_for_it(session, sell, hear):
    order = sell(G, C)
    sale = Sale(order.external_id, G, C)
    charge, *others = sale.events
    hear(others)
    assert {state_of(session, one) for one in others} == {"pending"}
    assert "no order is known" in session.get(StripeEvent, others[0]["id"]).problem
    done(session)
    hear([charge])
    assert order.charge == sale.charge["id"]
    assert set(owed(session)) >= {one["id"] for one in others}
    hear(others)
    assert books(session, order)["706200"] == -1_200


def test_what_comes_before_its_order_is_owed_again_when_the_order_comes(session, sell, hear):
    sale = Sale("S-later", G, C)
    hear(sale.events)
    done(session)
    order = sell(G, C)
    order.external_id = "S-later"
    session.flush()
    owe_waiting(session, order)
    assert owed(session) == [sale.events[0]["id"]]
    hear(sale.events)
    assert state_of(session, sale.events[-1]) == "applied"


def test_the_sweep_owes_what_waits_again_more_and_more_rarely(session, hear):
    sale = Sale("S-never", G, C)
    hear(sale.events[:1])
    event = session.get(StripeEvent, sale.events[0]["id"])
    assert event.attempts == 1
    for minutes, is_owed in ((1, False), (3, True)):
        done(session)
        event.received_at = now() - timedelta(minutes=minutes)
        session.flush()
        sweep_events(session)
        assert (owed(session) == [event.id]) is is_owed
    sweep_events(session)
    assert owed(session) == [event.id]  # not twice


def test_an_older_event_does_not_overwrite_a_newer_one(session, sell, hear):
    order = sell(G, C)
    sale = Sale(order.external_id, G, C)
    told = sale.refund(G, status="pending")
    pending = sale.events[-2]
    sale.end_refund(told, "succeeded")
    succeeded = sale.events[-1]
    hear([*sale.events[:3], succeeded, pending])
    assert session.get(StripeObject, told["id"]).status == "succeeded"


def test_of_the_same_second_the_more_final_counts(session):
    told = {"object": "refund", "id": "re_same", "amount": 1, "currency": "eur"}
    at = now()
    for status in ("pending", "failed", "succeeded", "pending"):
        kept = remember(session, {**told, "status": status}, told_at=at)
    assert kept.status == "failed"


def test_our_refund_goes_through_its_states(session, sell, hear):
    order = sell(G, C)
    refund = own(session, order)
    sale = Sale(order.external_id, G, C)
    told = sale.refund(G, refund=refund.id, status="pending")
    hear(sale.events)
    assert (refund.state, refund.stripe_id) == (RefundState.REQUESTED, told["id"])
    sale.end_refund(told, "succeeded")
    hear(sale.events)
    assert refund.state == RefundState.SUCCEEDED
    assert refund.settled_at is not None
    sale.end_refund(told, "failed")
    hear(sale.events)
    assert (refund.state, refund.failure_code) == (RefundState.FAILED, "expired_or_canceled_card")
    assert refund.settled_at is None


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30])
def test_a_refund_that_names_none_of_ours_is_the_sellers(session, sell, hear, number):
    order = sell(G, C)
    sale = Sale(order.external_id, G, C)
    sale.refund(G, refund=number)
    hear(sale.events)
    assert books(session, order)["4671"] == G


def test_what_an_event_lacks_is_asked_for_before_anything_changes(session, sell):
    order = sell(G, C)
    sale = Sale(order.external_id, G, C)
    balance = sale.charge["balance_transaction"]
    event = sale.events[0]
    event["data"]["object"]["balance_transaction"] = balance["id"]
    keep_event(session, event)
    with pytest.raises(Lacking) as lacking, session.begin_nested():
        apply_event(session, event["id"])
    assert (lacking.value.kind, lacking.value.id) == ("balance_transaction", balance["id"])
    assert session.scalar(select(func.count()).select_from(JournalEntry)) == 0
    remember(session, balance, told_at=now())
    apply_event(session, event["id"])
    assert books(session, order)["6278"] == 193


def test_a_fee_whose_refunds_are_not_told_is_asked_for(session, sell, hear):
    order = sell(G, C)
    sale = Sale(order.external_id, G, C)
    hear(sale.events)
    sale.give_fee_back(100)
    event = sale.events[-1]
    del event["data"]["object"]["refunds"]
    keep_event(session, event)
    with pytest.raises(Lacking), session.begin_nested():
        apply_event(session, event["id"])


def test_a_chargeback_is_open_until_the_bank_has_decided(session, sell, hear):
    order = sell(G, C)
    sale = Sale(order.external_id, G, C)
    chargeback = sale.chargeback(G)
    hear(sale.events)
    assert open_chargeback(session, order).id == chargeback["id"]
    sale.end_chargeback(chargeback, "won")
    hear(sale.events)
    assert open_chargeback(session, order) is None


def test_a_chargeback_on_what_was_refunded_owes_its_answer(session, sell, hear):
    order = sell(G, C)
    refund = own(session, order)
    sale = Sale(order.external_id, G, C)
    sale.refund(G, refund=refund.id)
    chargeback = sale.chargeback(G)
    hear(sale.events)
    owing = select(OutboxMessage.payload).where(OutboxMessage.event == "chargeback.prepare")
    assert {one["dispute_id"] for one in session.scalars(owing)} == {chargeback["id"]}


def test_workers_side_by_side_apply_each_event_once(fresh_database):
    engine = create_engine(fresh_database, poolclass=NullPool)
    with Session(engine) as session:
        orders = [make_sold(session) for _ in range(3)]
        session.commit()
        names = [(order.id, order.external_id) for order in orders]
    sales = [Sale(name, G, C) for _, name in names]
    for sale in sales:
        sale.refund(5_000, fee_back=600, reverse=5_000)
    events = [event for sale in sales for event in sale.events]

    def work(seed):
        mine = [*events]
        Random(seed).shuffle(mine)
        for event in (*mine, *mine):
            with Session(engine) as session:
                keep_event(session, event)
                session.commit()
                apply_event(session, event["id"])
                session.commit()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))
    with Session(engine) as session:
        for order_id, _ in names:
            left = books(session, session.get(Order, order_id))
            assert left == {"517": C - 600 - 193, "6278": 193, "706200": -700, "44571": -140}
