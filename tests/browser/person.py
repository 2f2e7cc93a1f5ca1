"""People before their browsers, and what must not happen there."""

from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response
from sqlalchemy.orm import Session

from backoffice.staff.model import Staff
from tests.factories.staff import PASSWORD, code_of, sign_in


class Watch:
    """Collects failures of scripts, what the policy refused, lost files, other hosts."""

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc
        self.troubles: list[str] = []

    def over(self, page: Page) -> Page:
        """Watch a page from now on."""
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))
        page.on("console", self._said)
        page.on("request", self._asked)
        page.on("response", self._answered)
        return page

    def _said(self, message: ConsoleMessage) -> None:
        # A page that answers 422 is not a failure; a file that does is seen below.
        is_status = message.text.startswith("Failed to load resource: the server responded")
        if message.type in ("error", "warning") and not is_status:
            self.troubles.append(message.text)

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).netloc not in ("", self.host):
            self.troubles.append(f"another host was asked: {request.url}")

    def _answered(self, response: Response) -> None:
        is_file = response.request.resource_type not in ("document", "fetch")
        if response.status >= (400 if is_file else 500):
            self.troubles.append(f"{response.status} {response.url}")


class Person:
    """Somebody of the staff and her tab."""

    def __init__(self, staff: Staff, page: Page) -> None:
        self.staff, self.page = staff, page

    def sign_in(self) -> None:
        """Go through the forms: address, password, code."""
        self.page.goto("/login")
        self.page.fill("[name=email]", self.staff.email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.fill("[name=code]", code_of())
        self.page.press("[name=code]", "Enter")
        self.page.wait_for_url("/")

    def form(self, action: str) -> Locator:
        """Return the form of an action of the page that is there or on its way, unfolded."""
        self.page.wait_for_load_state()
        form = self.page.locator(f"form[data-action={action}]")
        form.first.wait_for(state="attached")
        folded = self.page.locator(f"details.act:not([open]):has(form[data-action={action}])")
        if folded.count():
            folded.locator("> summary").click()
        return form

    def claim(self) -> None:
        """Take the case that is open, and wait for the page of a case that is hers."""
        self.form("claim").first.locator("button").click()
        self.page.locator("form[data-action=release]").first.wait_for(state="attached")

    def press(self, *keys: str) -> None:
        """Press keys one after the other, each on a page that listens: its scripts have run."""
        for key in keys:
            self.page.wait_for_load_state()
            self.page.keyboard.press(key)


def signed_in_cookie(application: Flask, session: Session, staff: Staff) -> str:
    """Begin a session of this person and return what her browser keeps of it."""
    client: FlaskClient = application.test_client()
    sign_in(client, session, staff)
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value
