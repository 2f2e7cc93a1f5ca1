"""The order watch and the page of an order."""

import csv
import io
import re
from datetime import timedelta

import pytest

from backoffice.billing.refund import Refund, RefundKind, RefundState
from backoffice.core.clock import now
from backoffice.core.permissions import ROLES, Actor
from config.settings import get_settings
from tests.desk.conftest import Desk
from tests.factories.order import make_buyer, make_order
from tests.factories.seller import make_seller
from tests.factories.user_text import make_message, make_review
from tests.statements import counted
from tests.workbook import rows_of


def ago(**length):
    return now() - timedelta(**length)


@pytest.fixture
def support(desk_of) -> Desk:
    """Somebody of support at her desk."""
    return desk_of("support")


@pytest.fixture
def orders(session):
    """One order for each list, and one that nobody need follow."""
    return {
        "unpaid": make_order(session, ordered_at=ago(days=1)),
        "not_shipped": make_order(session, paid_at=ago(days=3, hours=1)),
        "not_delivered": make_order(session, paid_at=ago(days=6), shipped_at=ago(days=5)),
        "done": make_order(
            session, paid_at=ago(days=6), shipped_at=ago(days=5), delivered_at=ago(days=4)
        ),
    }


def listed(html: str) -> list[str]:
    return re.findall(r'href="/orders/(CMD-\d+)"', html)


@pytest.mark.parametrize("watch", ["unpaid", "not_shipped", "not_delivered"])
def test_each_list_holds_what_is_late(support, orders, watch):
    assert listed(support.page("/orders", watch=watch)) == [orders[watch].external_id]


def test_all_orders_stand_the_newest_first(support, orders):
    shown = listed(support.page("/orders", watch="all"))
    assert shown == [order.external_id for order in reversed(orders.values())]


def test_the_tabs_tell_how_many(support, orders):
    html = support.page("/orders")
    assert re.search(r'aria-current="page">[^<]+<span class="quiet">1</span>', html)


def test_what_was_refunded_wholly_needs_no_watching(session, support, orders):
    session.add(
        Refund(order_id=orders["not_shipped"].id, number=1, kind=RefundKind.SELLER,
               amount_minor=orders["not_shipped"].total_minor, state=RefundState.SUCCEEDED)
    )  # fmt: skip
    session.flush()
    assert listed(support.page("/orders")) == []


def test_messages_wait_for_an_answer(session, support):
    seller = make_seller(session)
    order = make_order(session, seller)
    wait = {"side": "buyer", "sent_at": ago(days=8).isoformat()}
    make_message(session, seller, thread="a", order=order.external_id, text="Et alors ?", **wait)
    make_message(session, seller, thread="b", order="CMD-0", text="Bonjour ?", **wait)
    html = support.page("/orders", watch="unanswered")
    assert listed(html) == [order.external_id]
    assert "Et alors ?" in html
    assert "Bonjour ?" in html


@pytest.mark.parametrize("by", ["number", "e-mail", "seller"])
def test_a_search_finds_by_number_buyer_and_seller(session, support, orders, by):
    order = make_order(session, buyer=make_buyer(session, email="Lea.Fontanel@example.com"))
    query = {
        "number": order.external_id,
        "e-mail": "lea.fontanel@EXAMPLE.com",
        "seller": order.seller.external_id,
    }[by]
    assert listed(support.page("/orders", q=query)) == [order.external_id]


def test_a_search_that_finds_nothing_says_so(support, orders):
    assert "introuvable" in support.page("/orders", q="introuvable")


def test_pages_follow_each_other(session, support, monkeypatch):
    monkeypatch.setattr(
        "backoffice.desk.views.orders.get_settings",
        lambda: get_settings().model_copy(update={"page_size": 2}),
    )
    made = [make_order(session, paid_at=ago(days=9 - number)) for number in range(3)]
    first = support.page("/orders")
    after = re.search(r'href="([^"]+)" rel="next"', first)[1].replace("&amp;", "&")
    assert listed(first) + listed(support.page(after)) == [one.external_id for one in made]


def test_an_unknown_list_is_not_found(support):
    assert support.get("/orders", watch="lost").status_code == 404


def test_the_export_says_what_the_list_shows(session, support, orders):
    answer = support.get("/orders.csv", watch="not_delivered")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True)), delimiter=";"))
    order = orders["not_delivered"]
    assert [row[0] for row in rows[1:]] == [order.external_id]
    assert rows[1][4] == order.buyer.email
    assert rows[1][9] == "59,00"
    make_message(session, order.seller, side="buyer", sent_at=ago(days=8).isoformat())
    answer = support.get("/orders.csv", watch="unanswered")
    assert len(answer.get_data(as_text=True).strip().splitlines()) == 2
    (row,) = rows_of(support.get("/orders.xlsx", watch="not_delivered").data)
    assert (row[0], row[9]) == (order.external_id, 59)


def test_a_list_costs_no_statement_per_row(session, support, connection):
    for _ in range(3):
        make_order(session, paid_at=ago(days=3, hours=1))
    session.expire_all()
    support.page("/orders")
    with counted(connection) as few:
        support.page("/orders")
    for _ in range(3):
        make_order(session, paid_at=ago(days=3, hours=1))
    session.expire_all()
    with counted(connection) as many:
        support.page("/orders")
    assert len(many) == len(few)


def test_the_page_of_an_order_says_all_there_is(session, support):
    order = make_order(
        session, paid_at=ago(days=9), shipped_at=ago(days=8), delivered_at=ago(days=3),
        return_requested_at=ago(days=1), return_address="8 quai Sud, 69002 Lyon",
    )  # fmt: skip
    make_message(session, order.seller, order=order.external_id, text="Où est-elle ?")
    make_review(session, order.seller, order=order.external_id, text="Tard, mais belle.")
    session.add(
        Refund(order_id=order.id, number=1, kind=RefundKind.GOODWILL, amount_minor=900,
               state=RefundState.FAILED, failure="Insufficient funds")
    )  # fmt: skip
    session.flush()
    html = support.page(f"/orders/{order.external_id}")
    for words in (order.buyer.email, order.seller.display_name, order.tracking_number,
                  order.charge, "Bol en grès numéro 1", "8 quai Sud", "Où est-elle ?",
                  "Tard, mais belle.", "Insufficient funds"):  # fmt: skip
        assert words in html
    assert 'class="is-bad"' in html  # delivered six days after payment
    assert "5,31" in html  # 9 % of 59,00 €


def test_an_order_that_is_not_there_is_not_found(support):
    assert support.get("/orders/CMD-404").status_code == 404
    assert support.get("/orders/é").status_code == 404


@pytest.mark.parametrize("role", sorted(ROLES))
def test_who_may_watch_may_read_an_order(session, desk_of, role):
    order = make_order(session)
    may = Actor("staff", 1, "", frozenset({role})).may("order_watch:read")
    assert may == (role in {"support", "finance", "lead", "auditor"})
    assert desk_of(role).get(f"/orders/{order.external_id}").status_code == (200 if may else 404)
