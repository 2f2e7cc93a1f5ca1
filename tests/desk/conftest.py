"""People at their desks: signed-in browsers that post the forms a page shows."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from backoffice.core.permissions import Actor
from backoffice.staff.model import Staff
from tests.factories.staff import make_staff, sign_in


class Desk:
    """One person's browser."""

    def __init__(self, client: FlaskClient, staff: Staff) -> None:
        self.client, self.staff = client, staff

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.staff.actor

    def get(self, path: str, **query) -> TestResponse:
        """Open a page."""
        return self.client.get(path, query_string=query or None, buffered=True)

    def page(self, path: str, **query) -> str:
        """Open a page that is there, and return its HTML."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
        return answer.get_data(as_text=True)

    def post(self, path: str, **fields) -> TestResponse:
        """Send a form with the token that pages carry."""
        with self.client.session_transaction() as cookie:
            has_token = "csrf_token" in cookie
        if not has_token or not hasattr(self, "_token"):
            html = self.page("/mine")
            self._token = re.search(r'name="csrf-token" content="([^"]+)"', html)[1]
        return self.client.post(path, data={"csrf_token": self._token, **fields})


@pytest.fixture
def desk_of(app: Flask, session: Session) -> Callable[..., Desk]:
    """Make somebody of a role, signed in."""

    def make(role: str = "moderator", **more) -> Desk:
        client = app.test_client()
        staff = make_staff(session, role=role, **more)
        sign_in(client, session, staff)
        return Desk(client, staff)

    return make


@pytest.fixture
def desk(desk_of) -> Desk:
    """A moderator at her desk."""
    return desk_of()


@pytest.fixture
def lead(desk_of) -> Desk:
    """A lead at her desk."""
    return desk_of("lead")
