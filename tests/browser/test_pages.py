"""Every page is whole and can be used by everybody, whatever the look.

Each is valid HTML, without a script or a style that the policy refuses. On each kind of page and
each state of a case scripts do not fail, nothing comes from elsewhere, axe-core finds nothing
serious.
"""

import re
from typing import NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from backoffice.queues import REGISTRY
from tests.browser.markup import mistakes
from tests.browser.pages import CASES, NOT_PAGES, PAGES
from tests.browser.steps import Sample, no_steps
from tests.factories.registration import make_registration

pytestmark = pytest.mark.browser
UNFOLD = """() => document.querySelectorAll("details").forEach((one) => {
  one.removeAttribute("name");
  one.open = true;
})"""


class Look(NamedTuple):
    """How a page is looked at, and what axe is asked of it."""

    width: int
    colours: str
    options: dict


WIDE = Look(1440, "light", {})
SHAPE = Look(1440, "light", {"rules": {"color-contrast": {"enabled": False}}})
DARK = Look(  # differs by its colours alone
    1440, "dark", {"runOnly": ["color-contrast"], "preload": False}
)
NARROW = Look(
    390,
    "light",
    {
        "runOnly": [
            "button-name",
            "link-name",
            "scrollable-region-focusable",
            "nested-interactive",
        ],
        "preload": False,
    },
)  # differs by what is hidden and what scrolls


def alike(sample: Sample) -> str:
    """Return what pages of the same template share: their address, whatever it names or filters."""
    path = re.sub(r"\{[^}]*\}", "{}", sample.address.partition("?")[0])
    return re.sub(r"^/admin/\w+/", "/admin/table/", path)


ROWS = {"exclude": [["tbody tr:nth-child(n+6)"]]}  # rows of a table are alike
OWN = {"include": [["main"]], **ROWS}
"""What is looked at of a page; the bars around it are everywhere the same, as on the dashboard."""

FIRST = {alike(sample): name for name, sample in reversed(PAGES.items())}
"""Contrast takes most of axe's time: it is looked at once per kind of page."""


def looks_at(name: str) -> tuple[Look, ...]:
    """Return how a page is looked at; none where it differs from another by names and rows alone.

    Every queue is looked at while a case of it is mine, and every state once: what a state shows is
    the same part in every queue. So is every step.
    """
    sample, kind = PAGES[name], alike(PAGES[name])
    if name in CASES:
        queue, _, state = name.rpartition(" ")
        is_own = queue == REGISTRY[0].slug or state == "mine"
        return (WIDE, DARK, NARROW) if is_own else ()
    if FIRST[kind] == name:
        return WIDE, DARK, NARROW
    if kind.startswith("/cases/"):
        return WIDE, NARROW
    is_own = sample.steps is not no_steps or sample.address.startswith("{link-")
    return (SHAPE, NARROW) if is_own else ()


LOOKS = {name: looks_at(name) for name in PAGES}


@pytest.mark.parametrize("name", [name for name, looks in LOOKS.items() if looks])
def test_a_page_is_whole_and_nothing_serious_is_found(visit, name):
    documents = []
    page = visit(PAGES[name], documents.append)
    assert mistakes(documents[-1].text()) == []
    assert serious(page, *LOOKS[name], where=ROWS if name == "dashboard" else OWN) == []


@pytest.mark.parametrize("name", [name for name, looks in LOOKS.items() if not looks])
def test_a_page_like_another_is_whole(fetch, name):
    assert mistakes(fetch(PAGES[name])) == []


def test_the_table_has_a_page_of_every_route(application, world):
    addresses = application.url_map.bind("")
    found = set()
    for sample in PAGES.values():
        path = sample.address.format_map(world).partition("?")[0]
        try:
            endpoint, _arguments = addresses.match(path)
        except HTTPException:
            continue  # of the development rooms, or nowhere
        found.add(endpoint)
    routes = {one.endpoint for one in application.url_map.iter_rules() if "GET" in one.methods}
    pages = {one for one in routes if one not in NOT_PAGES and not one.startswith("api.")}
    assert pages - found == set()


def test_nothing_serious_is_found_while_an_undo_is_offered(house, person):
    with house.session() as session:
        case = make_registration(session, documents=[]).case.reference
    moderator = person(reduced_motion="reduce")
    page = moderator.page
    page.goto(f"/cases/{case}")
    moderator.claim()
    form = moderator.form("request_info")
    form.locator("[name=question]").fill("Une pièce est illisible.")
    form.locator("[name=then]").check()
    form.locator("button:not([formaction])").click()
    page.locator(".undo").wait_for()
    assert serious(page, WIDE, DARK, where=ROWS) == []


def serious(page: Page, *looks: Look, where: dict) -> list[str]:
    """Return what is serious or critical with everything unfolded, in each of these looks."""
    page.evaluate(UNFOLD)
    page.evaluate(Axe().axe_script)
    return [one for look in looks for one in findings(page, look, where)]


def findings(page: Page, look: Look, where: dict) -> list[str]:
    """Return what is serious or critical in one look: the rule, the elements and why."""
    if page.viewport_size["width"] != look.width:  # each change of it costs a whole layout
        page.set_viewport_size({"width": look.width, "height": 900})
    page.emulate_media(color_scheme=look.colours)
    # Frames hold mails without scripts, in which axe cannot run.
    options = {"resultTypes": ["violations"], "iframes": False, **look.options}
    answer = page.evaluate("([where, options]) => axe.run(where, options)", [where, options])
    return [
        f"{look.width} {look.colours} {one['id']}: {node['target']} {node['failureSummary']}"
        for one in answer["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
