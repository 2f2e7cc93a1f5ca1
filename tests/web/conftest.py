"""Fixtures of the web room: a small application, its browser, its pages parsed."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.web.small_app import build


@pytest.fixture(scope="session")
def small_app() -> Flask:
    """The web room alone, bound to no database."""
    return build()


@pytest.fixture
def browser_of(small_app: Flask) -> FlaskClient:
    """A browser without scripts, signed in."""
    return small_app.test_client()


@pytest.fixture
def request_of(small_app: Flask) -> Iterator[Flask]:
    """A request in French is going on."""
    with small_app.test_request_context("/?lang=fr"):
        yield small_app


@pytest.fixture(scope="session")
def served(small_app: Flask) -> Iterator[str]:
    """The address at which the small application answers."""
    server = make_server("127.0.0.1", 0, small_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def tab(chromium: Browser, served: str) -> Iterator[Page]:
    """One tab; a failure of a script, or something the policy refused, fails the test."""
    context = chromium.new_context(base_url=served, locale="fr-FR")
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
    yield page
    context.close()
    assert [t for t in troubles if "Failed to load resource" not in t] == []
