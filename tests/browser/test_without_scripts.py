"""Without scripts one signs in, reads, finds and decides all the same."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.factories.registration import make_registration
from tests.factories.staff import make_staff

pytestmark = pytest.mark.browser
LIST = "/queues/registrations?q=sansscript"


@pytest.fixture(scope="session")
def two(house) -> list[str]:
    """Two registrations that no other test finds, the most urgent first."""
    with house.session() as session:
        made = [
            make_registration(session, documents=[], company__legal_name=f"Sansscript {name}")
            for name in ("Un", "Deux")
        ]
        return [attempt.case.reference for attempt in made]


@pytest.fixture
def moderator(person) -> Person:
    return person(java_script_enabled=False)


def test_signing_in_and_out(house, open_tab):
    with house.session() as session:
        staff = make_staff(session, role="moderator")
    person = Person(staff, open_tab(java_script_enabled=False))
    person.sign_in()
    page = person.page
    page.locator(".who").click()
    page.locator("#me form[action='/logout'] button").click()
    expect(page).to_have_url(re.compile("/login"))


def test_finding_and_reading(moderator, two):
    page = moderator.page
    page.goto("/queues/registrations")
    page.locator("[data-key=f]").click()
    page.locator("form:has(#filters) [name=state][value=open]").check()
    page.locator("form:has(#filters) button").click()
    expect(page).to_have_url(re.compile("state=open"))
    page.locator("main form[role=search] [name=q]").fill("sansscript")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(len(two))
    page.locator("tbody a", has_text=two[0]).click()
    expect(page.locator("h1")).to_have_text("Sansscript Un")
    folded = page.locator("details.act > form").first
    expect(folded).to_be_hidden()
    moderator.form("note").locator("[name=body]").fill("Lu sans script.")
    moderator.form("note").locator("button").click()
    expect(page.locator(".log")).to_contain_text("Lu sans script.")


def test_deciding_undoing_and_going_on(moderator, two):
    page = moderator.page
    page.goto(LIST)
    page.locator("form[data-action=next] button").click()
    expect(page).to_have_url(re.compile(two[0]))
    form = moderator.form("reject")
    form.locator("[name=facts]").fill("Radiée en mars, dit le registre.")
    refuse(page)
    expect(page.locator("[data-failed]")).to_be_visible()  # no reason was chosen
    form = page.locator("form[data-action=reject]")
    expect(form.locator("[name=facts]")).to_have_value("Radiée en mars, dit le registre.")
    form.locator("[name=reasons]").first.check()
    form.locator("[data-preview]").click()
    expect(page.locator("[data-previewed]")).to_contain_text("Radiée en mars")
    refuse(page)
    expect(page).to_have_url(re.compile(two[1]))
    page.locator("form[data-action=undo] button").click()
    expect(page).to_have_url(re.compile(two[0]))
    expect(page.locator("form[data-action=reject]")).to_be_attached()


def test_choosing_many(house, moderator):
    with house.session() as session:  # of another name: the tests run in any order
        made = make_registration(session, documents=[], company__legal_name="Parlasse Trois")
        third = made.case.reference
    page = moderator.page
    page.goto("/queues/registrations?q=parlasse")
    expect(page.locator(".bulk")).to_be_hidden()
    page.locator(f"[name=case][value='{third}']").check()
    page.locator(".bulk [name=action][value=reject]").click()
    expect(page).to_have_url(re.compile("/bulk/"))
    expect(page.locator("form[data-action=reject] [name=facts]")).to_be_visible()


def refuse(page: Page) -> None:
    """Press the button that refuses, not the one that previews."""
    page.locator("form[data-action=reject] button:not([formaction])").click()
