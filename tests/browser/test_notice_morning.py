"""A trademark report from the public page to the appeal that brings a listing back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.browser.reporter import A_REPORT, fill_report
from tests.browser.test_morning import contest, link_in, submit
from tests.factories.notice import make_online
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EMAIL = "titulaire@terrabelle.example"
TAKEN, KEPT = "Bouilloire façon Terrabelle", "Tasse Terrabelle d’origine"
HISTORY = (
    "Titulaire Terrabelle.* a ouvert le dossier",
    "Maud Lefèvre a pris le dossier",
    "Maud Lefèvre a interrogé le vendeur",
    "Jeanne Martin.* a répondu",
    "Maud Lefèvre a donné suite au signalement",
    "Jeanne Martin.* a contesté la décision",
    "Karim Benali a remplacé la décision",
    "Karim Benali a rejeté le signalement",
)


@pytest.fixture
def shop_of_two(house) -> tuple[str, str, list[str]]:
    """One seller's address and number, and the numbers of its two listings that are online."""
    with house.session() as session:
        seller = make_seller(session)
        listings = [make_online(session, seller, title=title) for title in (TAKEN, KEPT)]
        numbers = [one.external_id for one in listings]
        return seller.contact_email, seller.external_id, numbers


def colleague(house, open_tab, name: str) -> Person:
    """Make a lead of this name and sign her in."""
    with house.session() as session:
        staff = make_staff(session, role="lead", name=name)
    person = Person(staff, open_tab())
    person.sign_in()
    return person


def test_a_report_is_answered_decided_contested_and_overturned(house, shop, open_tab, shop_of_two):
    seller_email, seller, listings = shop_of_two
    stranger, vendor = (open_tab(java_script_enabled=False) for _ in range(2))
    case = report(stranger, [f"https://shop.example/{seller}/{number}" for number in listings])
    assert case in shop.wait_for_mail(EMAIL, 1)["text"]

    maud = colleague(house, open_tab, "Maud Lefèvre")
    maud.page.goto(f"/cases/{case}")
    maud.claim()
    ask(maud, "D’où viennent ces articles ?")
    reply(vendor, link_in(shop.wait_for_mail(seller_email, 2)), "La tasse vient du fabricant.")

    maud.page.goto(f"/cases/{case}")
    maud.claim()
    expect(maud.page.locator("main")).to_contain_text("La tasse vient du fabricant.")
    uphold(maud, {TAKEN: "withdraw_listing", KEPT: "none"}, "Le titre imite la marque.")
    told_notifier, told_seller = shop.wait_for_mail(EMAIL, 2), shop.wait_for_mail(seller_email, 3)
    assert TAKEN in told_notifier["text"]
    assert KEPT in told_notifier["text"]
    assert "Le titre imite la marque." in told_seller["text"]
    assert EMAIL not in told_seller["text"]
    assert "La tasse vient du fabricant." not in told_notifier["text"]
    assert [status(shop, seller, one) for one in listings] == ["withdrawn", "live"]

    contest(vendor, link_in(told_seller), "La marque est citée pour dire la compatibilité.")
    shop.wait_for_mail(seller_email, 4)  # the receipt
    maud.page.goto(f"/cases/{case}")
    maud.page.locator("article:has(#links) li a").click()
    expect(maud.page.locator("form[data-action=overturn]")).to_have_count(0)  # she decided first
    karim = colleague(house, open_tab, "Karim Benali")
    karim.page.goto(maud.page.url)
    overturn(karim, "La mention est admise par la loi.")

    told = " ".join(mail["subject"] for mail in wait_for_mails(shop, seller_email, 6)[4:])
    assert "APP-" in told
    assert case in told
    shop.wait_for_mail(EMAIL, 3)
    assert [status(shop, seller, one) for one in listings] == ["live", "live"]
    karim.page.goto(f"/cases/{case}")
    lines = iter(karim.page.locator(".log > li").all_inner_texts()[::-1])
    for said in HISTORY:
        assert any(re.match(said, line) for line in lines), said  # in this order


def report(page: Page, addresses: list[str]) -> str:
    """Report listings through the public page; returns the reference on the receipt."""
    page.goto("/report")
    typed = {
        **A_REPORT,
        "name": "Titulaire Terrabelle",
        "email": EMAIL,
        "targets": "\n".join(addresses),
        "good_faith": True,
    }
    fill_report(page, typed, "check")
    found = re.search(r"NOT-\d{4}-\d{6}", page.locator("main").inner_text())
    assert found
    return found[0]


def ask(person: Person, question: str) -> None:
    """Ask the seller for its side."""
    form = person.form("ask_seller")
    form.locator("[name=question]").fill(question)
    submit(form)


def reply(page: Page, link: str, said: str) -> None:
    """Answer as the seller."""
    page.goto(link)
    page.locator("[name=answer]").fill(said)
    page.locator("form:has([value=answer]) button").click()
    expect(page.get_by_role("status").first).to_be_visible()


def uphold(person: Person, outcomes: dict[str, str], facts: str) -> None:
    """Decide each thing for itself."""
    form = person.form("uphold")
    form.locator("[name=reasons]").first.check()
    form.locator("[name=facts]").fill(facts)
    for title, outcome in outcomes.items():
        form.get_by_label(title, exact=True).select_option(outcome)
    submit(form)


def overturn(person: Person, facts: str) -> None:
    """Take the appeal, and let nothing stand of what was contested."""
    person.claim()
    form = person.form("overturn")
    form.locator("[name=facts]").fill(facts)
    form.locator("[name=instead]").select_option("dismiss")
    form.locator("[name=dismiss-facts]").fill(facts)
    submit(form)


def wait_for_mails(shop, address: str, number: int) -> list[dict]:
    """Return the mails to an address once so many came."""
    shop.wait_for_mail(address, number)
    return shop.mails(address)


def status(shop, seller: str, number: str) -> str:
    """Return whether buyers see a listing, as the API tells it."""
    return shop.call("GET", f"/sellers/{seller}/listings/{number}")["status"]
