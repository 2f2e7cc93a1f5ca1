"""An account’s end, from the API to the proof: who asks, what is in the way, what stays."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from backoffice.billing.commission import Commission
from backoffice.core.clock import now
from backoffice.core.party import Party
from backoffice.marketplace.erasing.keeping import retained_of
from backoffice.marketplace.order import Order, OrderLine
from backoffice.marketplace.seller import Seller
from backoffice.queues.erasures.executing import owe_next_steps
from backoffice.queues.erasures.model import Erasure
from tests.browser.person import Person
from tests.browser.test_morning import link_in, submit
from tests.factories.order import order_body
from tests.factories.seller import make_seller

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LEGAL_NAME = "Poterie du Vieux Chêne"
PAID_MONTH = "reste payé"


@pytest.fixture
def seller(house) -> Seller:
    """A seller with an identity that the books must keep."""
    with house.session() as session:
        seller = make_seller(session)
        seller.legal_name = seller.trade_name = LEGAL_NAME
    return seller


def test_an_account_ends_and_its_data_goes_but_what_the_law_keeps(
    house, shop, person, open_tab, seller
):
    order = sell(shop, seller)
    agent = person("support")
    case = open_from_ticket(agent, ask(shop, seller))
    holder = open_tab(java_script_enabled=False)
    holder.goto(link_in(shop.wait_for_mail(seller.contact_email, 3)))
    holder.locator("form:has([value=confirm]) button").click()
    expect(holder.get_by_role("status").first).to_be_visible()

    agent.page.goto(f"/cases/{case}")
    in_the_way = agent.page.locator("[aria-labelledby=blockers]")
    expect(in_the_way.get_by_role("link", name=order)).to_be_visible()
    agent.claim()
    submit(agent.form("accept"))
    told = shop.wait_for_mail(seller.contact_email, 4)
    assert PAID_MONTH in told["text"]
    assert stage(house, seller) == "scheduled"
    assert go_on(house) == 0  # the order is in the way

    delivered = {"type": "delivered", "at": (now() - timedelta(days=45)).isoformat()}
    shop.call("POST", f"/orders/{order}/events", json=delivered)
    agent.page.goto(f"/cases/{case}")
    expect(in_the_way.get_by_role("link", name=order)).to_have_count(0)
    house.wait_for(lambda: go_on(house) or stage(house, seller) != "scheduled")
    proof = shop.wait_for_mail(seller.contact_email, 5)
    assert PAID_MONTH in proof["text"]
    assert "CNIL" in proof["text"]
    house.wait_for(lambda: go_on(house) or stage(house, seller) == "completed")
    house.wait_for(lambda: stage(house, seller) == "completed")

    agent.page.goto(f"/cases/{case}")
    expect(agent.page.locator("main")).not_to_contain_text(LEGAL_NAME)
    check_what_stays(house, agent, seller)


def sell(shop, seller: Seller) -> str:
    """Send an order of two months ago that was paid and is still on its way."""
    number, at = f"CMD-{seller.external_id}", now() - timedelta(days=50)
    buyer = {"external_id": f"client-{number}", "name": "Léa Fontanel", "email": "lea@example.com"}
    sold = {"seller": seller.external_id, "buyer": buyer, "ordered_at": at.isoformat()}
    shop.call("PUT", f"/orders/{number}", json=order_body(**sold, payment=None))
    paid = {"type": "paid", "at": (at + timedelta(hours=1)).isoformat()}
    shop.call("POST", f"/orders/{number}/events", json=paid)
    return number


def ask(shop, seller: Seller) -> str:
    """Send the seller's question to support; returns its case."""
    body = {
        "external_id": f"fin-{seller.external_id}", "subject": "Mon compte",
        "category": "deletion", "body": "Fermez mon compte et effacez mes données.",
        "requester": {"kind": "seller", "external_id": seller.external_id},
    }  # fmt: skip
    return shop.call("POST", "/tickets", json=body)["case"]


def open_from_ticket(agent: Person, ticket: str) -> str:
    """Make an account's deletion of a ticket; returns its case."""
    agent.page.goto(f"/cases/{ticket}")
    agent.page.locator(f"a[href$='/cases/{ticket}/open/erasures']").click()
    agent.page.locator("[name=kind]").select_option("both")
    agent.page.locator("main form button").last.click()
    agent.page.wait_for_url("**/cases/DEL-*")
    return agent.page.url.rpartition("/")[2].partition("?")[0]


def stage(house, seller: Seller) -> str:
    """Return how far the request is."""
    with house.session() as session:
        return session.scalars(select(Erasure.stage).where(Erasure.seller_id == seller.id)).one()


def go_on(house) -> int:
    """Let the schedule look once more than its minute."""
    with house.session() as session:
        return owe_next_steps(session)


def check_what_stays(house, agent, seller: Seller) -> None:
    """See a pseudonym for the seller, and the books with the identity that the law has us keep."""
    with house.session() as session:
        now_called = session.get_one(Seller, seller.id)
        assert LEGAL_NAME not in (now_called.legal_name, now_called.trade_name)
        named, shown = now_called.external_id, now_called.display_name
        sold = select(Commission).join(Commission.order_line).join(OrderLine.order)
        assert session.scalars(sold.where(Order.seller_id == seller.id)).all()
        kept = retained_of(session, Party("seller", seller.id, "", "", "fr"))
        books = next(one for one in kept if one.data_class == "accounting")
        assert LEGAL_NAME in str(books.values)
    agent.page.goto(f"/sellers/{named}")
    expect(agent.page.locator("h1")).to_contain_text(shown)
    assert not re.search(LEGAL_NAME, agent.page.content())
