"""A moderator's round without the mouse: keys work, focus is seen and lands where it must."""

import re
from itertools import count
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.factories.registration import make_registration

pytestmark = pytest.mark.browser
_rounds = count(1)


class Round(NamedTuple):
    """A moderator before the list of three registrations that no other list shows."""

    person: Person
    page: Page
    list: str
    cases: list[str]


@pytest.fixture
def round_(house, person) -> Round:
    """Three open registrations, the most urgent first, and who goes through them."""
    word = f"clavier{next(_rounds)}"
    with house.session() as session:
        made = [
            make_registration(session, documents=[], company__legal_name=f"{word} {name}")
            for name in ("Un", "Deux", "Trois")
        ]
        cases = [attempt.case.reference for attempt in made]
    for reference in cases:  # a case that is being examined is locked: “next” passes it by
        house.wait_for(lambda one=reference: house.is_examined(one))
    moderator = person()
    address = f"/queues/registrations?q={word}"
    moderator.page.goto(address)
    return Round(moderator, moderator.page, address, cases)


def focused(page: Page) -> str:
    """Return what has the focus: its tag, and its name or words."""
    return page.evaluate(
        """() => {
          const at = document.activeElement;
          return `${at.tagName.toLowerCase()} ${at.name || at.innerText.trim()}`.trim();
        }"""
    )


def is_seen(page: Page) -> bool:
    """Tell whether the focus is drawn: around the control itself or around its row."""
    return page.evaluate(
        """() => [document.activeElement, document.activeElement.closest("tr")].some((one) => {
          if (!one) return false;
          const { outlineStyle, outlineWidth } = getComputedStyle(one);
          return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
        })"""
    )


def test_rows_are_walked_selected_and_opened(round_):
    page, press = round_.page, round_.person.press
    first, second, third = round_.cases
    press("j")
    assert focused(page) == f"a {first}"
    assert is_seen(page)
    press("j", "j")
    assert focused(page) == f"a {third}"
    press("k", "x")
    assert focused(page) == f"a {second}"
    expect(page.locator(f"input[value='{second}']")).to_be_checked()
    expect(page.locator(".bulk")).to_be_visible()
    press("Escape")
    expect(page.locator(".bulk")).to_be_hidden()
    press("o")
    expect(page).to_have_url(re.compile(f"/cases/{second}"))


def test_j_and_k_go_from_case_to_case_of_the_view(round_):
    page, press = round_.page, round_.person.press
    first, second, _third = round_.cases
    press("j", "o")
    expect(page).to_have_url(re.compile(f"/cases/{first}"))
    expect(page.locator("h1")).to_be_focused()
    press("j")
    expect(page).to_have_url(re.compile(f"/cases/{second}"))
    press("k")
    expect(page).to_have_url(re.compile(f"/cases/{first}"))


def test_n_takes_the_next_and_a_decision_leads_on(round_):
    page, press = round_.page, round_.person.press
    first, second, _third = round_.cases
    press("n")
    expect(page).to_have_url(re.compile(f"/cases/{first}"))
    expect(page.locator("h1")).to_be_focused()
    press("r")
    assert focused(page) == "input reasons"
    assert is_seen(page)
    press("Space")
    tab_to(page, "textarea facts")
    page.keyboard.type("Radiée, dit le registre. jkxz?")  # every one of them a key elsewhere
    facts = page.locator("form[data-action=reject] [name=facts]")
    expect(facts).to_have_value(re.compile(r"jkxz\?$"))
    expect(page.locator("#help")).to_be_hidden()
    tab_to(page, "button")
    assert is_seen(page)
    press("Enter")
    expect(page).to_have_url(re.compile(f"/cases/{second}"))
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator("[data-renew-url]")).to_be_attached()
    press("z")
    expect(page).to_have_url(re.compile(f"/cases/{first}"))
    expect(page.locator("form[data-action=reject]")).to_have_count(1)


def test_each_action_opens_alone_at_its_first_field(round_):
    page, press = round_.page, round_.person.press
    press("n")
    expect(page).to_have_url(re.compile("/cases/"))
    fields = {
        "a": ("approve", r"textarea facts|select trace_\w+"),
        "r": ("reject", "input reasons"),
        "i": ("request_info", "textarea question"),
        "c": ("note", "textarea body"),
    }
    for key, (action, field) in fields.items():
        press(key)
        assert re.fullmatch(field, focused(page)), (key, focused(page))
        opened = page.locator("details.act[open] > form")
        assert opened.evaluate_all("forms => forms.map((f) => f.dataset.action)") == [action]
        leave_field(page)


def test_search_filter_help_and_palette(round_):
    page, press = round_.page, round_.person.press
    press("/")
    assert focused(page) == "input q"
    expect(page.locator(".find :focus")).to_be_attached()
    page.goto(round_.list)
    press("f")
    expect(page).to_have_url(re.compile("filter=1"))
    expect(page.locator("form:has(#filters) :focus")).to_be_attached()
    leave_field(page)
    press("?")
    expect(page.locator("#help")).to_be_visible()
    press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    press("Control+k")
    assert focused(page) == "input"
    page.keyboard.type(round_.cases[2])
    expect(page.locator("#goto [data-found] a")).to_have_count(1)
    press("ArrowDown")
    expect(page.locator("#goto li :focus")).to_be_attached()
    press("Escape")
    expect(page.locator("#goto")).to_be_hidden()
    press("Control+k")
    page.keyboard.type(round_.cases[2])
    expect(page.locator("#goto [data-found] a")).to_have_count(1)
    press("Enter")
    expect(page).to_have_url(re.compile(f"/cases/{round_.cases[2]}"))


def test_the_first_tab_skips_to_the_content(round_):
    page, press = round_.page, round_.person.press
    page.goto("/mine")
    press("Tab")
    assert focused(page).startswith("a ")
    expect(page.locator(".skip")).to_be_visible()
    press("Enter")
    expect(page.locator("#contenu")).to_be_focused()


def test_keys_switched_off_do_nothing(round_):
    page, press = round_.page, round_.person.press
    page.goto("/account")
    page.locator("[name=keys_off][value=j]").check()
    page.locator("form:has([name=keys_off]) button").click()
    page.goto(round_.list)
    press("j")
    assert focused(page).startswith("body")
    press("k")
    assert focused(page) == f"a {round_.cases[2]}"


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until that has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if focused(page).startswith(wanted):
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


def leave_field(page: Page) -> None:
    """Go back with Shift+Tab to something that is not typed into, so that keys work again."""
    for _ in range(10):
        if not page.evaluate("typing(document.activeElement)"):
            return
        page.keyboard.press("Shift+Tab")
