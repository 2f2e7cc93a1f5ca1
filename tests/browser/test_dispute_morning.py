"""A dispute from the API to the money: both sides answer, a part is refunded, two people agree."""

import re
from base64 import b64encode
from datetime import timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from backoffice.core.clock import now
from tests.browser.person import Person
from tests.browser.test_morning import link_in, submit
from tests.factories.order import order_body
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff
from tests.fakes.documents import pdf

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ACCOUNT, BUYER = "acct_matinee0001", "lea.fontanel@example.com"
TOTAL, REFUNDED, FEE = 34_790, 24_790, 3_131  # cents; 9 % of the total
FEE_BACK = 2_231  # 9 % of what is refunded, half a cent up
HISTORY = (
    "Hugo Marnier a pris le dossier",
    "Hugo Marnier a interrogé l’acheteur",
    "Hugo Marnier a interrogé le vendeur",
    "Léa Fontanel.* a répondu",
    "Jeanne Martin.* a répondu",
    "Hugo Marnier propose",
    "Maud Lefèvre",
)


class Stripe:
    """The sandbox of the house, as the shop and Stripe's own page see it."""

    def __init__(self, house) -> None:
        self.url, key = house.environ["STRIPE_URL"], house.environ["STRIPE_KEY"]
        self.headers = {"Authorization": f"Bearer {key}"}

    def call(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        """Return what it answers."""
        url = f"{self.url}/v1{path}"
        answer = httpx.request(method, url, headers=self.headers, trust_env=False, **more)
        assert answer.is_success, answer.text
        return answer.json()

    def charge(self, order: str) -> dict[str, Any]:
        """Charge a test card for an order; the seller has it less our fee."""
        given = {
            "amount": TOTAL, "currency": "eur", "source": "tok_visa",
            "application_fee_amount": FEE, "transfer_data[destination]": ACCOUNT,
            "metadata[order]": order,
        }  # fmt: skip
        return self.call("POST", "/charges", data=given)


@pytest.fixture
def stripe(house) -> Stripe:
    return Stripe(house)


@pytest.fixture
def sold(house, shop, stripe) -> tuple[str, str, str]:
    """A seller's address, an order that was paid and delivered, its charge."""
    with house.session() as session:
        seller = make_seller(session)
        seller.stripe_account = ACCOUNT
        named, address = seller.external_id, seller.contact_email
    number, at = f"CMD-{named}", now() - timedelta(days=9)
    charge = stripe.charge(number)["id"]
    lines = [
        {"external_id": "1", "listing": "ondine-2", "title": "Enceinte Ondine 2", "quantity": 1,
         "unit_price_minor": REFUNDED, "total_minor": REFUNDED},
        {"external_id": "2", "listing": "cable-3", "title": "Câble tressé, 3 m", "quantity": 1,
         "unit_price_minor": TOTAL - REFUNDED, "total_minor": TOTAL - REFUNDED},
    ]  # fmt: skip
    body = order_body(
        seller=named, lines=lines, total_minor=TOTAL, payment={"charge": charge},
        ordered_at=at.isoformat(), return_address="Sillon Audio\n12 rue du Port\n44000 Nantes",
        buyer={"external_id": f"client-{named}", "name": "Léa Fontanel", "email": BUYER},
    )  # fmt: skip
    shop.call("PUT", f"/orders/{number}", json=body)
    for kind, days in (("paid", 0), ("shipped", 1), ("delivered", 3)):
        parcel = {"carrier": "Colis Ouest", "tracking_number": "6A1"} if kind == "shipped" else {}
        happened = {"type": kind, "at": (at + timedelta(days=days, hours=1)).isoformat(), **parcel}
        shop.call("POST", f"/orders/{number}/events", json=happened)
    return address, number, charge


def test_a_refund_is_asked_answered_held_confirmed_and_paid(house, shop, open_tab, sold, stripe):
    seller_email, order, charge = sold
    case = contest_by_api(shop, order)
    buyer, vendor = (open_tab(java_script_enabled=False) for _ in range(2))
    hugo = colleague(house, open_tab, "support", "Hugo Marnier")
    take(hugo, case)
    ask(hugo, "ask_buyer", "Quel numéro porte l’enceinte reçue ?")
    take(hugo, case)
    ask(hugo, "ask_seller", "Quel numéro aviez-vous expédié ?")
    asked = shop.wait_for_words(BUYER, "Quel numéro porte")
    reply(buyer, link_in(asked), "48731, voyez la photo.", "photo")
    asked = shop.wait_for_words(seller_email, "Quel numéro aviez")
    reply(vendor, link_in(asked), "48713.", "preparation_slip")
    expect(vendor.locator("main")).to_contain_text("A-1")  # what the other side sent

    take(hugo, case)
    expect(hugo.page.locator("main")).to_contain_text("48731, voyez la photo.")
    refund_first_article(hugo, "La photo A-2 montre déjà le 48731.")
    maud = colleague(house, open_tab, "lead", "Maud Lefèvre")
    maud.page.goto(f"/cases/{case}")
    expect(maud.page.locator(".held")).to_contain_text("247,90")
    assert stripe.call("GET", "/refunds", params={"charge": charge})["data"] == []
    maud.form("confirm_hold").locator("button").last.click()

    for address in (BUYER, seller_email):
        told = shop.wait_for_words(address, "La photo A-2 montre déjà le 48731.")
        assert "247,90" in told["text"]
    check_money(house, stripe, charge)
    shop.house.wait_for(lambda: is_settled(maud.page, case))
    lines = iter(maud.page.locator(".log > li").all_inner_texts()[::-1])
    for said in HISTORY:
        assert any(re.match(said, line) for line in lines), said  # in this order


def contest_by_api(shop, order: str) -> str:
    """Open the dispute with a document of each side; returns its case."""
    content = b64encode(pdf()).decode()
    documents = [
        {"side": side, "kind": kind, "filename": f"{kind}.pdf", "content_type": "application/pdf",
         "content_base64": content}
        for side, kind in (("buyer", "return_proof"), ("seller", "condition_report"))
    ]  # fmt: skip
    body = {
        "external_id": f"litige-{order}", "order": order, "basis": "conformity",
        "claim": "Le son grésille depuis le premier jour.", "amount_minor": REFUNDED,
        "claimed_at": (now() - timedelta(days=2)).isoformat(), "currency": "EUR", "lines": ["1"],
        "grounds": ["other_item"], "answer": "L’exemplaire revenu porte un autre numéro.",
        "documents": documents,
    }  # fmt: skip
    return shop.call("POST", "/disputes", json=body)["case"]


def colleague(house, open_tab, role: str, name: str) -> Person:
    """Make somebody of this role and sign her in."""
    with house.session() as session:
        staff = make_staff(session, role=role, name=name)
    person = Person(staff, open_tab())
    person.sign_in()
    return person


def take(person: Person, case: str) -> None:
    """Open a case and claim it."""
    person.page.goto(f"/cases/{case}")
    person.claim()


def ask(person: Person, action: str, question: str) -> None:
    """Ask one side for its position."""
    form = person.form(action)
    form.locator("[name=question]").fill(question)
    submit(form)
    expect(person.page.locator(".undo")).to_be_visible()


def reply(page: Page, link: str, said: str, kind: str) -> None:
    """Answer with a piece of evidence."""
    page.goto(link)
    page.locator("[name=answer]").fill(said)
    page.locator(f"[name='document:{kind}']").set_input_files(
        {"name": f"{kind}.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    page.locator("form:has([value=answer]) button").click()
    expect(page.get_by_role("status").first).to_be_visible()


def refund_first_article(person: Person, facts: str) -> None:
    """Refund the article that the claim is about, at once."""
    form = person.form("refund")
    expect(form.locator("[name=lines][value='1']")).to_be_checked()
    form.locator("[name=what][value=lines]").check()
    form.locator("[name=when][value=at_once]").check()
    form.locator("[name=reasons]").first.check()
    form.locator("[name=facts]").fill(facts)
    submit(form)


def check_money(house, stripe: Stripe, charge: str) -> None:
    """See the refund, the reversed transfer and the fee given back, to the cent."""

    def refunds() -> list[dict[str, Any]]:
        return stripe.call("GET", "/refunds", params={"charge": charge})["data"]

    (refund,) = house.wait_for(refunds)
    assert (refund["amount"], refund["status"]) == (REFUNDED, "succeeded")
    whole = stripe.call("GET", f"/charges/{charge}")
    assert whole["amount_refunded"] == REFUNDED
    transfer = stripe.call("GET", f"/transfers/{whole['transfer']}")
    assert transfer["amount_reversed"] == REFUNDED
    fee = stripe.call("GET", f"/application_fees/{whole['application_fee']}")
    assert fee["amount_refunded"] == FEE_BACK


def is_settled(page: Page, case: str) -> bool:
    """Tell whether the case's page says that the money has moved."""
    page.goto(f"/cases/{case}")
    return page.get_by_text("Terminé", exact=True).count() > 0
