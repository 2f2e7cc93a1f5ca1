"""PUT and GET of orders, POST of their events."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import permutations
from threading import Barrier

import pytest
from sqlalchemy import create_engine, func, select, update
from sqlalchemy.orm import Session

from backoffice.billing.commission import Commission
from backoffice.billing.refund import Refund, RefundKind, RefundState
from backoffice.billing.stripe_events import APPLY, apply_event, keep_event
from backoffice.core.outbox import OutboxMessage
from backoffice.core.refusal import NotPossible
from backoffice.intake.receive_order import receive_event, receive_order
from backoffice.marketplace.listing import publish
from backoffice.marketplace.order import Order, OrderEvent
from backoffice.marketplace.order_form import OrderEventForm, OrderForm
from backoffice.queues.disputes.model import Dispute
from tests.factories.listing import make_listing
from tests.factories.order import event_body, order_body
from tests.factories.seller import make_seller
from tests.factories.stripe import Sale

ORDERED = datetime(2026, 6, 5, 16, 12, tzinfo=UTC)


@pytest.fixture
def seller(session, files_dir):
    seller = make_seller(session)
    session.commit()
    return seller


@pytest.fixture
def put(call, seller):
    """Return a function that sends an order of the seller."""
    return lambda number="CMD-1", **changes: call(
        "PUT", f"/orders/{number}", order_body(**{"seller": seller.external_id, **changes})
    )


@pytest.fixture
def happen(call):
    """Return a function that sends an event."""
    return lambda number="CMD-1", **changes: call(
        "POST", f"/orders/{number}/events", event_body(**changes)
    )


@pytest.fixture
def kept(session):
    """Return a function that finds an order."""

    def kept(number: str = "CMD-1") -> Order:
        session.expire_all()
        return session.scalars(select(Order).where(Order.external_id == number)).one()

    return kept


def unpaid() -> dict[str, None]:
    return {"payment": None}


def at(days: float) -> str:
    return (ORDERED + timedelta(days=days)).isoformat()


def errors(answer) -> dict[str, str]:
    assert answer.status_code == 422, answer.json
    return {one["pointer"]: one["detail"] for one in answer.json["errors"]}


def test_a_new_order_is_told_as_it_is_kept(put, call, seller):
    answer = put()
    assert answer.status_code == 201
    told = answer.json
    assert told["lines"][0] == {
        "external_id": "1",
        "listing": "bouilloire-12",
        "title": "Bouilloire col de cygne, 1 L",
        "quantity": 2,
        "unit_price_minor": 5900,
        "total_minor": 11800,
        "commission": {
            "rate_bp": 900,
            "gross_minor": 1062,
            "net_minor": 885,
            "vat_minor": 177,
            "refund_rule": "proportional",
        },
    }
    assert told["lines"][1]["commission"]["gross_minor"] == 171
    assert told["buyer"]["email"] == "claire.dubois@example.com"
    assert told["payment"] == {
        "charge": "ch_3PqX2aLkdIwHu7ix0R8JtN5v",
        "charge_type": "destination",
    }
    assert (told["paid_at"], told["events"], told["version"]) == (None, [], 1)
    assert call("GET", "/orders/CMD-1").json == told


def test_the_same_again_changes_nothing(put, session):
    first, again = put(), put()
    assert (again.status_code, again.json) == (200, first.json)
    assert session.scalar(select(func.count()).select_from(Commission)) == 2


def test_wrong_sums_say_which_and_what_they_should_be(put, session):
    lines = order_body()["lines"]
    lines[1]["total_minor"] = 2000
    found = errors(put(lines=lines, total_minor=13701))
    assert found == {
        "/lines/1/total_minor": "This should be 1900, that is €19.00.",
        "/total_minor": "This should be 13800, that is €138.00.",
    }
    assert session.scalar(select(func.count()).select_from(Order)) == 0


def test_an_unknown_seller_is_refused(put):
    assert set(errors(put(seller="nobody-1"))) == {"/seller"}


def test_a_number_that_no_address_holds_is_refused(put, happen):
    assert set(errors(put("é"))) == {"/external_id"}
    assert set(errors(happen("é"))) == {"/external_id"}


def test_the_number_of_another_sellers_order_is_refused(put, session):
    put()
    other = make_seller(session)
    session.commit()
    assert put(seller=other.external_id).status_code == 409


def test_a_charge_pays_one_order(put):
    put()
    assert put("CMD-2").status_code == 409


def test_the_title_and_revision_come_from_the_listing(put, session, seller, kept):
    listing, revision, _ = make_listing(session, seller, external_id="bol-7")
    publish(listing, revision, ORDERED - timedelta(days=1))
    session.commit()
    line = {**order_body()["lines"][1], "listing": "bol-7", "title": None}
    assert put(lines=[line], total_minor=1900).status_code == 201
    kept_line = kept().lines[0]
    assert (kept_line.title, kept_line.revision_id) == (revision.title, revision.id)


def test_a_listing_published_later_is_not_what_the_buyer_saw(put, session, seller, kept):
    listing, revision, _ = make_listing(session, seller, external_id="bol-7")
    publish(listing, revision, ORDERED + timedelta(days=1))
    session.commit()
    line = {**order_body()["lines"][1], "listing": "bol-7"}
    put(lines=[line], total_minor=1900)
    assert (kept().lines[0].listing_id, kept().lines[0].revision_id) == (listing.id, None)


def test_an_article_that_nothing_names_is_refused(put):
    lines = order_body()["lines"]
    lines[0]["title"] = None
    assert set(errors(put(lines=lines))) == {"/lines/0/title"}


def test_before_payment_the_lines_change_and_their_commission_with_them(put, session, kept):
    put(**unpaid())
    line = order_body()["lines"][1]
    answer = put(**unpaid(), lines=[line], total_minor=1900)
    assert (answer.status_code, answer.json["version"]) == (200, 2)
    assert [one["external_id"] for one in answer.json["lines"]] == ["2"]
    assert session.scalars(select(Commission.gross_minor)).all() == [171]


@pytest.mark.parametrize(
    "changes",
    [
        {"lines": order_body()["lines"][:1], "total_minor": 11800},
        {"buyer": {**order_body()["buyer"], "external_id": "client-9"}},
        {"ordered_at": "2026-06-05T18:13:00+02:00"},
    ],
)
@pytest.mark.parametrize("settled_by", ["event", "charge", "dispute"])
def test_after_payment_or_a_dispute_the_money_stays(
    put, happen, kept, session, changes, settled_by
):
    paid = {} if settled_by == "charge" else unpaid()
    put(**paid)
    if settled_by == "event":
        happen(type="paid", at=at(0))
    if settled_by == "dispute":
        order = kept()
        session.add(
            Dispute(external_id="LIT-1", order_id=order.id, seller_id=order.seller_id,
                    buyer_id=order.buyer_id, basis="late", claim="Trop tard.",
                    claimed_at=ORDERED, amount_minor=100)
        )  # fmt: skip
        session.commit()
    answer = put(**paid, **changes)
    assert answer.status_code == 409
    assert "no longer change" in answer.json["detail"]
    assert (kept().total_minor, len(kept().lines)) == (13700, 2)


def test_the_charge_comes_once_and_the_return_address_changes(put, kept):
    put(**unpaid(), return_address=None)
    assert put(return_address="8 quai Sud").json["version"] == 2
    assert put(**unpaid(), return_address=None).json["return_address"] == "8 quai Sud"
    assert put(payment={"charge": "ch_another"}).status_code == 409
    assert kept().charge == "ch_3PqX2aLkdIwHu7ix0R8JtN5v"


def test_events_say_the_same_in_any_order_and_twice(put, happen, call):
    sent = (
        {"type": "paid", "at": at(0)},
        {"at": at(1)},
        {"type": "delivered", "at": at(2)},
        {"type": "delivered", "at": at(5)},
    )
    told = []
    for number, turn in enumerate(permutations(sent)):
        order = f"CMD-{number}"
        put(order, **unpaid())
        assert [happen(order, **one).status_code for one in turn] == [201] * 4
        assert happen(order, **turn[0]).status_code == 200
        answer = call("GET", f"/orders/{order}").json
        told.append({k: v for k, v in answer.items() if k != "external_id"})
    assert all(one == told[0] for one in told)
    assert told[0]["delivered_at"] == "2026-06-10T16:12:00Z"
    assert (told[0]["carrier"], told[0]["version"]) == ("Colissimo", 5)


def test_an_event_before_its_order_is_kept_and_applied(put, happen, call):
    first, again = happen(), happen()
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json == {"status": "kept"}
    told = put().json
    assert (told["shipped_at"], told["tracking_number"]) == (
        "2026-06-07T08:30:00Z",
        "6A12345678901",
    )
    assert happen().json == {"status": "applied"}


def test_an_event_older_than_its_order_is_refused_or_counts_for_nothing(put, happen):
    assert happen(type="paid", at=at(-1)).status_code == 202
    assert put(**unpaid()).json["paid_at"] is None
    assert set(errors(happen(type="paid", at=at(-2)))) == {"/at"}
    assert happen(type="paid", at=at(-0.01)).status_code == 201


def test_goods_that_are_back_send_what_waited_for_them(put, happen, session, kept):
    put()
    refund = Refund(
        order_id=kept().id, number=1, kind=RefundKind.SELLER, amount_minor=100,
        state=RefundState.AWAITING_RETURN,
    )  # fmt: skip
    session.add(refund)
    session.commit()
    assert happen(type="returned", at=at(9)).status_code == 201
    assert happen(type="returned", at=at(9)).status_code == 200
    session.expire_all()
    assert refund.state == RefundState.OWED
    assert session.scalar(
        select(func.count()).where(OutboxMessage.event == "refund.send")
    ) == 1  # fmt: skip


def test_a_key_without_the_scope_reads_nothing(put, call, make_key):
    put()
    key = make_key(scopes=["listings:read"])
    assert call("GET", "/orders/CMD-1", key=key).status_code == 403
    assert call("GET", "/orders/CMD-404").status_code == 404


def test_an_order_and_its_events_at_the_same_time_lose_nothing(fresh_database, files_dir):
    engine = create_engine(fresh_database)
    with Session(engine) as session:
        name = make_seller(session).external_id
        session.commit()
    form = OrderForm.model_validate(order_body(seller=name), strict=False)
    events = [
        OrderEventForm.model_validate(event_body(type=kind, at=at(days)), strict=False)
        for days, kind in enumerate(("paid", "shipped", "delivered", "returned"))
    ]

    def send(number: str, what: OrderForm | OrderEventForm) -> None:
        with Session(engine) as session:
            receive = receive_order if isinstance(what, OrderForm) else receive_event
            receive(session, number, what)
            session.commit()

    sent = [
        (f"CMD-{number}", what)
        for number in range(4)
        for what in (events[0], form.model_copy(update={"payment": None}), *events[1:], events[0])
    ]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: send(*one), sent))
    with Session(engine) as session:
        orders = session.scalars(select(Order)).all()
        assert len(orders) == 4
        assert all(one.paid_at and one.shipped_at and one.delivered_at for one in orders)
        assert all(one.returned_at for one in orders)
        assert session.scalar(select(func.count()).select_from(OrderEvent)) == 16
    engine.dispose()


def test_of_two_orders_at_once_one_has_the_charge(fresh_database, files_dir):
    engine = create_engine(fresh_database)
    with Session(engine) as session:
        name = make_seller(session).external_id
        session.commit()
    both = Barrier(2, timeout=60)

    def send(number: str) -> bool:
        buyer = {"external_id": number, "name": "Léa Fontanel", "email": "lea@example.com"}
        form = OrderForm.model_validate(order_body(seller=name, buyer=buyer), strict=False)
        with Session(engine) as session, suppress(NotPossible):
            both.wait()
            receive_order(session, number, form)
            session.commit()
            return True
        return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, ("CMD-1", "CMD-2"))) == [False, True]
    engine.dispose()


def test_what_stripe_told_of_it_before_is_owed_again(put, session):
    (told,) = Sale("CMD-1", 12_000, 0).events[:1]
    keep_event(session, told)
    apply_event(session, told["id"])
    session.execute(update(OutboxMessage).values(state="sent"))
    assert put(**unpaid()).status_code == 201
    owed = select(OutboxMessage.payload).where(
        OutboxMessage.event == APPLY, OutboxMessage.state == "pending"
    )
    assert session.scalars(owed).all() == [{"event_id": told["id"]}]
