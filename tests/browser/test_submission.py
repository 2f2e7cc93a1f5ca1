"""One submission, one moderator, no mouse: forty listings decided one after the other."""

import re
from collections import Counter
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from backoffice.core.case import Case
from backoffice.core.decision import Decision
from backoffice.core.queue import QUEUES
from tests.browser.person import Person
from tests.factories.listing import make_listing
from tests.factories.seller import make_seller

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LISTINGS, EVERY_EIGHTH = 40, 8
FACTS = "La notice n’est pas en français."


class Sent(NamedTuple):
    """What one seller sent: the cases by reference, and the submission they came in."""

    cases: list[str]
    submission: str


@pytest.fixture
def sent(house, application) -> Sent:
    """Forty listings of one seller, each examined by the worker where there are checks."""
    with house.session() as session:
        seller = make_seller(session)
        made = [make_listing(session, seller) for _ in range(LISTINGS)]
        sent = Sent([one.case.reference for one in made], made[0].revision.submission.reference)
    if QUEUES["listings"].checks:
        house.wait_for(lambda: unexamined(house, sent) == [])
    return sent


def unexamined(house, sent: Sent) -> list[str]:
    """The cases whose checks the worker has not run yet: “next” passes by one that it holds."""
    with house.session() as session:
        cases = session.scalars(select(Case).where(Case.reference.in_(sent.cases)))
        return [case.reference for case in cases if not case.check_counts]


def test_forty_listings_are_decided_by_keyboard_alone(house, person, sent):
    moderator = person()
    page = moderator.page
    open_submission(moderator, sent)
    moderator.press("n")
    for number in range(LISTINGS):
        reference = wait_for_case(page)
        assert reference in sent.cases
        if number % EVERY_EIGHTH == EVERY_EIGHTH - 1:
            refuse(moderator)
        else:
            moderator.press("a", "Control+Enter")
        if number == 2:
            take_back_and_approve_again(moderator, reference)
        expect(page).not_to_have_url(re.compile(reference))
    expect(page).to_have_url(re.compile(rf"/queues/listings\?submission={sent.submission}"))
    assert outcomes(house, sent) == {
        "approved": LISTINGS - LISTINGS // EVERY_EIGHTH,
        "rejected": LISTINGS // EVERY_EIGHTH,
    }


def open_submission(moderator: Person, sent: Sent) -> None:
    """Walk in the list to the heading of the submission and open all of it."""
    page = moderator.page
    page.goto("/queues/listings")
    heading = f"a[href*='submission={sent.submission}']"
    for _ in range(200):
        moderator.press("j")
        if page.evaluate("at => document.activeElement.matches(at)", heading):
            break
    moderator.press("o")
    expect(page).to_have_url(re.compile(rf"submission={sent.submission}"))
    moderator.press("j", "x")
    expect(page.locator(".bulk")).to_contain_text(str(LISTINGS))  # the heading's box ticks them all
    moderator.press("Escape")


def wait_for_case(page: Page) -> str:
    """Wait until a case of the view is open and taken; returns its reference."""
    expect(page.locator("[data-renew-url]")).to_be_attached()
    expect(page.locator("h1")).to_be_focused()
    return re.search(r"/cases/([A-Z]+-\d+-\d+)", page.url)[1]


def refuse(moderator: Person) -> None:
    """Refuse for the first reason there is, with a fact."""
    page = moderator.page
    moderator.press("r", "Space")
    for _ in range(40):
        moderator.press("Tab")
        if page.evaluate("document.activeElement.name === 'facts'"):
            break
    page.keyboard.type(FACTS)
    moderator.press("Control+Enter")


def take_back_and_approve_again(moderator: Person, reference: str) -> None:
    """Undo what was just done: the case is back, still hers, and is approved once more."""
    page = moderator.page
    expect(page).not_to_have_url(re.compile(reference))
    wait_for_case(page)
    moderator.press("z")
    expect(page).to_have_url(re.compile(reference))
    wait_for_case(page)
    moderator.press("a", "Control+Enter")


def outcomes(house, sent: Sent) -> dict[str, int]:
    """How many cases ended how; a refusal says why."""
    with house.session() as session:
        cases = session.scalars(select(Case).where(Case.reference.in_(sent.cases))).all()
        refused = [case.id for case in cases if case.resolution == "rejected"]
        decisions = session.scalars(
            select(Decision).where(Decision.case_id.in_(refused), Decision.state == "executed")
        )
        assert {(bool(one.reasons), one.facts) for one in decisions} == {(True, FACTS)}
        return Counter(case.resolution for case in cases)
