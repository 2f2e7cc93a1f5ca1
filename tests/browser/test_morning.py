"""A morning: a registration is asked about, answered, approved; another refused, contested, won."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from backoffice.dev.sandboxes.demo_companies import DEMO_COMPANIES
from tests.browser.person import Person
from tests.browser.shop import PAPERS, events
from tests.factories.staff import make_staff
from tests.factories.trader import declared
from tests.fakes.documents import pdf

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BRUMAIRE = declared(DEMO_COMPANIES[0])  # the register has another address and another manager

HISTORY = (
    "Maud Lefèvre a pris le dossier",
    "Maud Lefèvre a refusé",
    "Jeanne Martin.* a contesté la décision",
    "Karim Benali a remplacé la décision",
    "Karim Benali a approuvé",
)


@pytest.fixture
def colleague(house, open_tab) -> Callable[[str, str], Person]:
    """A function that makes somebody and signs her in through the forms."""

    def make(role: str, name: str) -> Person:
        with house.session() as session:
            staff = make_staff(session, role=role, name=name)
        person = Person(staff, open_tab())
        person.sign_in()
        return person

    return make


@pytest.fixture
def seller(open_tab) -> Page:
    """The seller's own browser, without scripts."""
    return open_tab(java_script_enabled=False)


def test_a_registration_is_asked_about_answered_and_approved(shop, colleague, seller):
    with shop.listening() as receiver:
        first = shop.register(**BRUMAIRE)
        second = shop.register(company__legal_name="Brumaire Sud")
        shop.house.wait_for(lambda: shop.house.is_examined(first.reference))
        ines = colleague("moderator", "Inès Carpentier")
        page = ines.page
        take_next_of(page, "brumaire")
        expect(page).to_have_url(re.compile(first.path))
        look_at_evidence(page)

        ask(ines, "Quelle est l’adresse exacte du siège ?", fields=("line1", "document:kbis"))
        expect(page).to_have_url(re.compile(second.path))  # the next one opened by itself
        ines.form("release").locator("button").click()
        answer(seller, link_in(shop.wait_for_mail(first.email, 2)))

        page.goto("/mine")
        page.locator("tbody a", has_text=first.reference).click()
        ines.claim()
        expect(page.locator(".log")).to_contain_text("Le siège a déménagé en mars.")
        expect(page.locator("main")).to_contain_text("14 rue des Potiers")
        expect(page.locator(".docs li")).to_have_count(len(PAPERS) + 1)

        approve(ines)
        expect(page).not_to_have_url(re.compile(first.path))
        ines.press("z")
        expect(page).to_have_url(re.compile(first.path))
        expect(page.locator("form[data-action=approve]")).to_have_count(1)
        assert shop.call("GET", f"/registrations/{first.external_id}")["status"] == "pending"
        approve(ines)
        expect(page).not_to_have_url(re.compile(first.path))
        expect(page.locator("[data-renew-url]")).to_be_visible()  # the next one is hers

        told = shop.wait_for_mail(first.email, 3)
        assert 'lang="fr"' in told["html"]
        assert first.reference in told["subject"]
        assert len(shop.mails(first.email)) == 3  # receipt, question, approval: nothing twice
        verbs = ("received", "info_requested", "approved")
        shop.house.wait_for(lambda: len(events(receiver, first.external_id)) >= len(verbs))
        heard = events(receiver, first.external_id)
        assert heard == [f"registration.{verb}" for verb in verbs]
    assert {one["verified"] for one in shop.house.caught("webhooks")} == {True}
    assert shop.call("GET", f"/registrations/{first.external_id}")["status"] == "approved"
    assert shop.call("GET", f"/sellers/{first.external_id}")["status"] == "active"


def test_a_refusal_is_contested_and_overturned(shop, colleague, seller):
    registered = shop.register(company__legal_name="Verrerie du Matin")
    shop.house.wait_for(lambda: shop.house.is_examined(registered.reference))
    maud, karim = colleague("lead", "Maud Lefèvre"), colleague("lead", "Karim Benali")
    maud.page.goto(registered.path)
    maud.claim()
    refuse(maud, "Le registre nomme une autre gérante.")
    told = shop.wait_for_mail(registered.email, 2)
    assert "Le registre nomme une autre gérante." in told["text"]
    assert shop.call("GET", f"/registrations/{registered.external_id}")["status"] == "rejected"

    contest(seller, link_in(told), "La gérante est ma mère, voici son mandat.")
    shop.wait_for_mail(registered.email, 3)  # the receipt
    maud.page.goto(registered.path)
    maud.page.locator("article:has(#links) li a").click()
    expect(maud.page.locator("form[data-action=overturn]")).to_have_count(0)  # she decided first
    karim.page.goto(maud.page.url)
    overturn(karim, "Le mandat est valable.")

    shop.wait_for_mail(registered.email, 5)
    told = " ".join(mail["subject"] for mail in shop.mails(registered.email)[3:])
    assert "APP-" in told  # the appeal's outcome
    assert registered.reference in told  # and the new decision
    assert shop.call("GET", f"/registrations/{registered.external_id}")["status"] == "approved"
    assert shop.call("GET", f"/sellers/{registered.external_id}")["status"] == "active"
    karim.page.goto(registered.path)
    lines = iter(karim.page.locator(".log > li").all_inner_texts()[::-1])
    for said in HISTORY:
        assert any(re.match(said, line) for line in lines), said  # in this order


def take_next_of(page: Page, words: str) -> None:
    """Search in the queue and take the next case of what is found."""
    page.goto("/queues/registrations")
    page.locator("main [name=q]").fill(words)
    page.keyboard.press("Enter")
    page.locator("form[data-action=next] button").click()


def look_at_evidence(page: Page) -> None:
    """See what was sent, what the checks found with its proof, and a document's pages."""
    expect(page.locator("main")).to_contain_text("Brumaire")
    finding = page.locator(".check.is-warn, .check.is-bad").first
    expect(finding.locator(".proof")).to_be_visible()
    document = page.locator(".docs a").first
    assert is_drawn(document.locator("img"))
    document.click()
    expect(page).to_have_url(re.compile("/documents/"))
    assert is_drawn(page.locator("img.sheet").first)
    page.go_back()


def is_drawn(image: Locator) -> bool:
    """Tell whether a picture came and could be read."""
    return image.evaluate("async (one) => { await one.decode(); return one.naturalWidth > 0 }")


def ask(person: Person, question: str, fields: tuple[str, ...]) -> None:
    """Ask the party for information."""
    form = person.form("request_info")
    form.locator("[name=question]").fill(question)
    for name in fields:
        form.locator(f"[name=fields][value='{name}']").check()
    submit(form)


def approve(person: Person) -> None:
    """Approve, with a word on every item that no check verified."""
    form = person.form("approve")
    vouch(form)
    submit(form)


def vouch(form: Locator) -> None:
    """Say of every item of traceability that is left how it was verified."""
    for choice in form.locator("select[name*=trace_]").all():
        choice.select_option("verified")
        name = choice.get_attribute("name").replace("trace_", "why_")
        form.locator(f"[name='{name}']").fill("Vu sur les pièces.")


def refuse(person: Person, facts: str) -> None:
    """Refuse for a reason, after reading what will leave."""
    form = person.form("reject")
    form.locator("[name=reasons]").first.check()
    form.locator("[name=facts]").fill(facts)
    form.locator("[data-preview]").click()
    expect(person.page.locator("[data-previewed]")).to_contain_text(facts)
    submit(person.form("reject"))


def overturn(person: Person, facts: str) -> None:
    """Take the appeal, and let the first decision be replaced by its opposite."""
    person.claim()
    form = person.form("overturn")
    form.locator("[name=facts]").fill(facts)
    form.locator("[name=instead]").select_option("approve")
    vouch(form)
    submit(form)


def submit(form: Locator) -> None:
    """Press the button that carries the action out."""
    form.locator("button:not([formaction])").last.click()


def link_in(mail: dict) -> str:
    """Return the address of the portal that a mail carries."""
    return next(link for link in mail["links"] if "/p/" in link)


def answer(page: Page, link: str) -> None:
    """Answer as the seller: a text, a corrected field, a document."""
    page.goto(link)
    page.locator("[name=line1]").fill("14 rue des Potiers")
    page.locator("[name='document:kbis']").set_input_files(
        {"name": "extrait.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    page.locator("[name=answer]").fill("Le siège a déménagé en mars.")
    page.locator("form:has([value=answer]) button").click()
    expect(page.get_by_role("status").first).to_be_visible()


def contest(page: Page, link: str, why: str) -> None:
    """Contest as the seller."""
    page.goto(link)
    page.locator("summary:has(~ section [value=contest])").click()
    page.locator("[name=why]").fill(why)
    page.locator("form:has([value=contest]) button").click()
    expect(page.get_by_role("status").first).to_be_visible()
