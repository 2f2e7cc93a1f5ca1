"""Fixtures of the browser proofs: one running house, and people before their browsers."""

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

import httpx
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Response
from sqlalchemy import select

from backoffice.core.permissions import ROLES
from backoffice.staff.model import Staff
from tests.browser import world as worlds
from tests.browser.person import Person, Watch, signed_in_cookie
from tests.browser.shop import Shop
from tests.browser.steps import EVERYBODY, Sample
from tests.conftest import SHARED
from tests.factories.staff import make_staff
from tests.live import Live
from tests.servers import REDIS_BINARY, cloned_database

UNDO_SECONDS = 6  # a mail leaves that much later; the page with its undo bar must open within


@pytest.fixture(scope="session")
def house(pytestconfig, tmp_path_factory) -> Iterator[Live]:
    """The back-office as real processes, the same for all browser tests of this worker."""
    shared = pytestconfig.stash[SHARED]
    with cloned_database(shared["admin_url"], shared["template"]) as url:
        house = Live(url, tmp_path_factory.mktemp("house"), os.environ.get(REDIS_BINARY, ""))
        house.environ["UNDO_SECONDS"] = str(UNDO_SECONDS)
        try:
            house.start()
            yield house
        finally:
            house.stop()


@pytest.fixture(scope="session")
def shop(house: Live, application: Flask) -> Shop:
    """The marketplace's program."""
    return Shop(house)


@pytest.fixture
def open_tab(house: Live, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A function that opens a tab of its own browser; what goes wrong in one fails the test."""
    watch, contexts = Watch(house.url), []

    def open_one(**options) -> Page:
        french = {"base_url": house.url, "locale": "fr-FR"}
        context = chromium.new_context(**french | options)
        contexts.append(context)
        return watch.over(context.new_page())

    yield open_one
    for context in contexts:
        context.close()
    assert watch.troubles == []


@pytest.fixture
def person(house: Live, application: Flask, open_tab) -> Callable[..., Person]:
    """A function that makes somebody of a role and opens her browser, signed in."""

    def make(role: str = "moderator", **options) -> Person:
        with house.session() as session:
            staff = make_staff(session, role=role)
            cookie = signed_in_cookie(application, session, staff)
        page = open_tab(**options)
        page.context.add_cookies([{"name": "session", "value": cookie, "url": house.url}])
        return Person(staff, page)

    return make


@pytest.fixture(scope="session")
def cookies(house: Live, application: Flask) -> dict[str, str]:
    """What the browsers of those who look at the table of pages hold, by viewer."""
    with house.session() as session:
        everybody = make_staff(session, roles=tuple(ROLES), email=EVERYBODY)
        auditor = make_staff(session, role="auditor")
        return {
            "everybody": signed_in_cookie(application, session, everybody),
            "auditor": signed_in_cookie(application, session, auditor),
        }


@pytest.fixture(scope="session")
def world(shop: Shop, cookies: dict[str, str]) -> worlds.Names:
    """What exists in the house, by the names that the table of pages uses."""
    with shop.house.session() as session:
        viewer = session.scalars(select(Staff).where(Staff.email == EVERYBODY)).one()
    signed_in = httpx.Cookies()
    signed_in.set("session", cookies["everybody"], domain="127.0.0.1")
    with httpx.Client(
        base_url=shop.house.url, cookies=signed_in, follow_redirects=True, trust_env=False
    ) as browser:
        names = worlds.build(shop, viewer, browser)
    return names | {"caught": shop.house.wait_for(lambda: shop.house.caught("mail"))[0]["name"]}


class Tab(NamedTuple):
    """A tab that is used again, and what went wrong in it."""

    page: Page
    watch: Watch


@pytest.fixture(scope="session")
def tab(house: Live, chromium: Browser) -> Iterator[Tab]:
    """The tab in which the table of pages is looked at: it has the files already, and runs.

    Without motion colours change at once.
    """
    context = chromium.new_context(base_url=house.url, locale="fr-FR", reduced_motion="reduce")
    watch = Watch(house.url)
    yield Tab(watch.over(context.new_page()), watch)
    context.close()


@pytest.fixture
def visit(house: Live, cookies: dict[str, str], world, tab: Tab) -> Iterator[Callable[..., Page]]:
    """A function that opens a page of the table as its viewer sees it."""
    page, watch = tab
    watch.troubles.clear()
    heard: list[Callable[[Response], None]] = []

    def open_page(sample: Sample, on_document: Callable[[Response], None]) -> Page:
        page.context.clear_cookies()
        if sample.viewer in cookies:
            cookie = {"name": "session", "value": cookies[sample.viewer], "url": house.url}
            page.context.add_cookies([cookie])
        heard.append(lambda one: on_document(one) if is_main(one, page) else None)
        page.on("response", heard[-1])
        page.goto(sample.address.format_map(world))
        sample.steps(page)
        return page

    yield open_page
    for listener in heard:
        page.remove_listener("response", listener)
    page.evaluate("sessionStorage.clear()")
    assert watch.troubles == []


@pytest.fixture
def fetch(house: Live, cookies: dict[str, str], world) -> Callable[[Sample], str]:
    """A function that reads a page of the table as its viewer is sent it, without a browser."""

    def read(sample: Sample) -> str:
        headers = {"Accept-Language": "fr-FR"}
        if sample.viewer in cookies:
            headers["Cookie"] = f"session={cookies[sample.viewer]}"
        address = house.url + sample.address.format_map(world)
        answer = httpx.get(address, headers=headers, follow_redirects=True, trust_env=False)
        assert answer.status_code < 500
        assert answer.url.path != "/login" or sample.viewer not in cookies
        return answer.text

    return read


def is_main(response: Response, page: Page) -> bool:
    """Tell whether an answer is the page itself, not a frame or a file in it, nor a redirect."""
    is_page = response.request.resource_type == "document" and response.frame == page.main_frame
    return is_page and "location" not in response.headers
