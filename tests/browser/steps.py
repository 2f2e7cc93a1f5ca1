"""One page to be looked at, and what is done on it first."""

from collections.abc import Callable
from typing import Any, NamedTuple

from playwright.sync_api import Page

from tests.browser.reporter import A_REPORT, fill_report
from tests.factories.staff import PASSWORD

EVERYBODY = "tous@marjolaine.example"  # the address of who has every role


def no_steps(page: Page) -> None:
    """Do nothing on the page before it is looked at."""


class Sample(NamedTuple):
    """One page: its address with names of the world, who looks, what is done there first."""

    address: str
    viewer: str = "everybody"  # who has every role; or "auditor"; or "stranger", signed in nowhere
    steps: Callable[[Page], None] = no_steps


def press(selector: str) -> Callable[[Page], None]:
    """Return the step that presses a button and waits for the page that answers."""

    def step(page: Page) -> None:
        button = page.locator(selector).first
        folded = button.locator("xpath=ancestor::details[not(@open)]")
        for details in folded.all():
            details.locator("> summary").click()
        with page.expect_navigation():
            button.click()

    return step


def show(selector: str) -> Callable[[Page], None]:
    """Return the step that opens a popover or a dialog."""
    script = "one => one.matches('dialog') ? one.showModal() : one.showPopover()"
    return lambda page: page.locator(selector).evaluate(script)


def go_to_code(page: Page) -> None:
    """Give the right password, so that the code is asked for."""
    page.fill("[name=email]", EVERYBODY)
    page.fill("[name=password]", PASSWORD)
    press("main form button")(page)


def preview_refusal(page: Page) -> None:
    """Fill a refusal and look at the mail that it would send."""
    page.locator("summary[data-key=r]").click()
    form = page.locator("form[data-action=reject]")
    form.locator("[name=reasons]").first.check()
    form.locator("[name=facts]").fill("Le registre nomme une autre gérante.")
    form.locator("[data-preview]").click()
    page.locator("[data-previewed]").wait_for()


def preview_measures(page: Page) -> None:
    """Choose one measure for all that a notice reports, and look at what it would do."""
    page.locator("summary[data-key=a]").click()
    form = page.locator("form[data-action=uphold]")
    form.locator("[name=reasons]").first.check()
    form.locator("[name=facts]").fill("Le signe est repris à l’identique.")
    form.locator("[name=every-all]").select_option("suspend_listing")
    form.locator("[data-preview]").click()
    page.locator("[data-previewed]").wait_for()


def preview_refund(page: Page) -> None:
    """Fill the refund that a dispute’s form proposes, and look at what it would do."""
    page.locator("summary[data-key=a]").click()
    form = page.locator("form[data-action=refund]")
    form.locator("[name=reasons]").first.check()
    form.locator("[name=facts]").fill("La photo A-1 montre déjà le numéro.")
    form.locator("[data-preview]").click()
    page.locator("[data-previewed]").wait_for()


def make_stale(page: Page) -> None:
    """Send a note typed on a page that was changed meanwhile."""
    page.locator("summary[data-key=r]").click()
    form = page.locator("form[data-action=reject]")
    form.locator("[name=facts]").fill("Le registre nomme une autre gérante.")
    form.locator("[name=version]").evaluate("field => { field.value = '0' }")
    press("form[data-action=reject] button:not([formaction])")(page)


def make_key(page: Page) -> None:
    """Make an API key, which is shown once."""
    page.locator("summary:has-text('clé')").click()
    page.locator("form[action$=keys] [name=integration]").fill("Essai")
    press("form[action$=keys] button")(page)


def add_right_of_nobody(page: Page) -> None:
    """Send a right whose holder is not known."""
    page.locator("[name=holder]").fill("Personne")
    press("main form.panel button")(page)


def reported(last: str, **changes: Any) -> Callable[[Page], None]:
    """Return the steps that fill a report in, up to one that is sent with these changes."""

    def steps(page: Page) -> None:
        fill_report(page, {**A_REPORT, **changes}, last)

    return steps
