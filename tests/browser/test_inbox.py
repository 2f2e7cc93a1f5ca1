"""The shared inbox: ten tickets by keyboard with a macro, and two agents on one ticket."""

import re
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from backoffice.core.case import Case
from backoffice.staff.model import Staff
from tests.factories.ticket import make_ticket

pytestmark = pytest.mark.browser
_rounds = count(1)
MACRO = "payout_on_its_way"


@pytest.fixture
def agent(house, person):
    """Return how somebody of the support signs in, each in a tab of her own."""

    def signed_in(name: str):
        one = person("support")
        with house.session() as session:
            session.get_one(Staff, one.staff.id).name = name
        return one

    return signed_in


def waiting(house, how_many: int) -> tuple[str, list[str]]:
    """Make tickets that only one search finds; returns its word and the references."""
    word = f"courrier{next(_rounds)}"
    with house.session() as session:
        made = [
            make_ticket(session, subject=f"{word} {number}", external_id=f"{word}-{number}")
            for number in range(how_many)
        ]
        return word, [one.case.reference for one in made]


def states(house, references: list[str]) -> set[str]:
    with house.session() as session:
        cases = session.query(Case).filter(Case.reference.in_(references))
        return {case.state for case in cases}


def test_ten_tickets_are_answered_by_keyboard_with_a_macro(house, agent):
    word, references = waiting(house, 10)
    hugo = agent("Hugo Marnier")
    hugo.page.goto(f"/queues/tickets?q={word}")
    hugo.press("n")
    for _ in references:
        expect(hugo.page.locator("[name=macro]")).to_be_visible()
        before = hugo.page.url
        hugo.press("m")
        hugo.page.keyboard.type("Virement")
        hugo.press("Enter")
        hugo.page.wait_for_url(lambda url, was=before: url != was)
    assert states(house, references) == {"waiting"}
    expect(hugo.page.locator("main")).to_contain_text(re.compile("rien|libre|Aucun", re.IGNORECASE))


def test_two_agents_on_one_ticket_see_each_other_and_lose_nothing(house, agent):
    _, (reference,) = waiting(house, 1)
    hugo, maud = agent("Hugo Marnier"), agent("Maud Lefèvre")
    hugo.page.goto(f"/cases/{reference}")
    hugo.claim()
    mine = hugo.page.locator("textarea[data-draft]")
    mine.fill("Bonjour, je regarde.")
    maud.page.goto(f"/cases/{reference}")
    there = maud.page.locator("[data-presence-url]")
    expect(there).to_contain_text("Hugo Marnier", timeout=25_000)
    expect(hugo.page.locator("[data-presence-url]")).to_contain_text("Maud Lefèvre", timeout=25_000)
    expect(maud.page.locator("[data-draft-read]")).to_have_text("Bonjour, je regarde.",
                                                                timeout=25_000)  # fmt: skip
    hugo.form("release").locator("button").click()
    maud.page.goto(f"/cases/{reference}")
    maud.claim()
    hers = maud.page.locator("textarea[data-draft]")
    expect(hers).to_have_value("Bonjour, je regarde.")  # the draft outlives its writer's lease
    second = maud.page.context.new_page()
    second.goto(f"/cases/{reference}")
    type_to(second, "Bonjour, voici la suite.")
    hers.fill("Bonjour, j’ai trouvé.")  # in a tab that knows nothing of it
    other = maud.page.locator("[data-draft-other]")
    expect(other).to_contain_text("Bonjour, voici la suite.", timeout=25_000)
    other.locator("[data-draft-take=both]").click()
    expect(hers).to_have_value("Bonjour, j’ai trouvé.\n\nBonjour, voici la suite.")
    maud.page.keyboard.press("Control+Enter")
    house.wait_for(lambda: states(house, [reference]) == {"waiting"})


def type_to(page: Page, body: str) -> None:
    """Type a reply, and wait until the server has it."""
    with page.expect_response(lambda answer: answer.url.endswith("/draft")):
        page.locator("textarea[data-draft]").fill(body)
