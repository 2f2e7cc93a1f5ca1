"""`make screenshots`: the pictures of the README, taken from a running `make run`."""

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, Page, sync_playwright

from backoffice.dev.environment import LOCAL
from config.settings import ROOT

# Debian's build without windows, where it is there: it draws the same for half the work.
PROGRAMS = ("chromium-headless-shell", "chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
FOLDER = ROOT / "docs"
WIDE, NARROW = (1440, 900), (390, 844)
CHECKED_SECONDS = 60  # until every registration of the demo was checked


def installed() -> str | None:
    """Return the path of Chromium; None where it is not installed."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def demo() -> dict[str, object]:
    """Return what `make run` wrote of itself."""
    file = LOCAL / "demo.json"
    if not file.exists():
        sys.exit("Start `make run` first: the pictures are taken from it.")
    return json.loads(file.read_text())


def sign_in(page: Page, url: str, person: dict[str, str]) -> None:
    """Go through the sign-in with the second factor."""
    page.goto(f"{url}/login")
    page.fill("[name=email]", person["email"])
    page.fill("[name=password]", person["password"])
    page.press("[name=password]", "Enter")
    page.fill("[name=code]", pyotp.TOTP(person["totp_secret"]).now())
    page.press("[name=code]", "Enter")
    page.wait_for_url(f"{url}/")


def main() -> None:
    """Take the case page, as the moderator sees it, into `docs/`."""
    told = demo()
    person = next(p for p in told["staff"] if p["role"] == "moderator")  # type: ignore[attr-defined]  # JSON
    FOLDER.mkdir(exist_ok=True)
    with chromium() as browser:
        width, height = WIDE
        page = browser.new_page(viewport={"width": width, "height": height}, locale="fr-FR")
        sign_in(page, str(told["url"]), person)
        page.goto(f"{told['url']}/queues/registrations")
        for _ in range(CHECKED_SECONDS):  # a run that has just begun
            if not page.get_by_text("pas encore contrôlé").count():
                break
            page.wait_for_timeout(1_000)
            page.reload()
        _picture(page, FOLDER / "queue.png")
        page.click("form[action$='/next'] button")
        page.wait_for_selector(".case")
        _picture(page, FOLDER / "case.png")
        page.click("form[data-action=release] button")


def _picture(page: Page, file: Path) -> None:
    page.screenshot(path=file)
    print(file.relative_to(ROOT))


if __name__ == "__main__":
    main()
