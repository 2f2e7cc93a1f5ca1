"""Every page can be used by everybody: axe-core finds nothing serious, whatever the look."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.pages import PAGES
from tests.factories.registration import make_registration

pytestmark = pytest.mark.browser
WIDTHS = (1440, 390)
UNFOLD = """() => document.querySelectorAll("details").forEach((one) => {
  one.removeAttribute("name");
  one.open = true;
})"""
# Dark differs from light by its colours alone.
LOOKS = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_serious_is_found(visit, name):
    page = visit(PAGES[name], bypass_csp=True, reduced_motion="reduce")  # colours change at once
    page.evaluate(UNFOLD)
    page.evaluate(Axe().axe_script)
    found = [one for width in WIDTHS for look in LOOKS for one in findings(page, width, look)]
    assert found == []


def test_nothing_serious_is_found_while_an_undo_is_offered(house, person):
    with house.session() as session:
        case = make_registration(session, documents=[]).case.reference
    moderator = person(bypass_csp=True, reduced_motion="reduce")
    page = moderator.page
    page.goto(f"/cases/{case}")
    moderator.form("claim").first.locator("button").click()
    form = moderator.form("request_info")
    form.locator("[name=question]").fill("Une pièce est illisible.")
    form.locator("[name=then]").check()
    form.locator("button:not([formaction])").click()
    page.locator(".undo").wait_for()
    page.evaluate(Axe().axe_script)
    assert [one for look in LOOKS for one in findings(page, WIDTHS[0], look)] == []


def findings(page: Page, width: int, look: str) -> list[str]:
    """Return what is serious or critical in one look: the rule, the elements and why."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=look)
    # Frames hold mails without scripts, in which axe cannot run.
    options = {"resultTypes": ["violations"], "iframes": False, **LOOKS[look]}
    answer = page.evaluate("options => axe.run(options)", options)
    return [
        f"{width} {look} {one['id']}: {node['target']} {node['failureSummary']}"
        for one in answer["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
