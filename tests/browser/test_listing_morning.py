"""A listing's morning: some are approved, one is refused, told in one e-mail, corrected by link."""

import re

import pytest
from playwright.sync_api import Page, expect

from backoffice.marketplace.seller import Seller
from tests.browser.person import Person
from tests.browser.shop import Shop, events
from tests.factories.listing import listing_body
from tests.factories.seller import make_seller

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MINUTE_AND_MORE = 120  # seconds: the schedule looks once a minute at what is to be told
FACTS = "Le titre cite la marque Kervanec, sans autorisation."


@pytest.fixture
def seller(open_tab) -> Page:
    """The seller's own browser, without scripts."""
    return open_tab(java_script_enabled=False)


def test_a_submission_is_told_in_one_mail_and_a_refused_listing_comes_back(shop, person, seller):
    with shop.house.session() as session:
        firm = make_seller(session)
    titles = ("Théière en grès", "Sucrier à couvercle", "Bouilloire style Kervanec")
    with shop.listening() as receiver:
        posted = [post(shop, firm.external_id, title) for title in titles]
        ines = person()
        for listing in posted[:2]:
            take(ines, listing["case"])
            submit(ines, "approve")
        take(ines, posted[2]["case"])
        refuse(ines)

        (told,) = shop.house.wait_for(lambda: digests(shop, firm), MINUTE_AND_MORE)
        assert told["subject"].startswith("2 annonces approuvées, 1 refusée")
        for said in (*titles, FACTS, "Marque protégée sans autorisation", "CPI art. L713-2"):
            assert said in told["text"], said
        for listing in posted:
            shop.house.wait_for(lambda one=listing: events(receiver, one["external_id"]))
        heard = [events(receiver, listing["external_id"]) for listing in posted]
        assert heard == [["listing.approved"], ["listing.approved"], ["listing.rejected"]]

    seller.goto(next(link for link in told["links"] if "/p/" in link))
    expect(seller.locator("main")).to_contain_text(FACTS)
    new = correct(seller, "Bouilloire à bec fin")
    ines.page.goto(f"/cases/{new}")
    evidence = ines.page.locator("article:has(#evidence)")
    expect(evidence.locator("del").first).to_contain_text("style")
    expect(evidence.locator("ins").first).to_contain_text("bec")
    expect(ines.page.locator("article:has(#links)")).to_contain_text(posted[2]["case"])
    assert len(digests(shop, firm)) == 1  # nothing twice


def digests(shop: Shop, firm: Seller) -> list[dict]:
    """Return the mails to a seller that tell of its listings."""
    return [mail for mail in shop.mails(firm.contact_email) if "annonce" in mail["subject"]]


def post(shop: Shop, seller: str, title: str) -> dict:
    """Send one listing as the marketplace does."""
    body = listing_body(seller=seller, title=title)
    return {**shop.call("POST", "/listings", json=body), "external_id": body["external_id"]}


def take(person: Person, reference: str) -> None:
    """Open a case and take it, unless it became hers as the next one."""
    person.page.goto(f"/cases/{reference}")
    if person.page.locator("form[data-action=claim]").count():
        person.claim()


def refuse(person: Person) -> None:
    """Refuse for a reason, after reading what the seller will read, and with whom."""
    form = person.form("reject")
    form.get_by_text("Marque protégée sans autorisation").check()
    form.locator("[name=facts]").fill(FACTS)
    form.locator("[data-preview]").click()
    previewed = person.page.locator("[data-previewed]")
    expect(previewed).to_contain_text(FACTS)
    expect(previewed.locator(".hint")).to_be_visible()
    submit(person, "reject")


def submit(person: Person, action: str) -> None:
    """Press the button that carries an action out, and stay on nothing that it leads to."""
    before = person.page.url
    person.form(action).locator("button:not([formaction])").last.click()
    expect(person.page).not_to_have_url(before)


def correct(page: Page, title: str) -> str:
    """Correct the title as the seller, once badly; returns the reference of the new case."""
    page.locator("summary:has(~ section [value=resubmit])").click()
    form = page.locator("form:has([value=resubmit])")
    form.locator("[name=title]").fill(title)
    form.locator("[name=gtin]").fill("3,76E+12")
    form.locator("button").click()
    expect(page.locator("#gtin-error")).to_be_visible()
    expect(form.locator("[name=title]")).to_have_value(title)
    form.locator("[name=gtin]").fill("")
    form.locator("button").click()
    expect(page.get_by_role("status").first).to_be_visible()
    found = re.search(r"LST-\d{4}-\d+", page.locator("article:has(#again)").inner_text())
    assert found
    return found[0]
