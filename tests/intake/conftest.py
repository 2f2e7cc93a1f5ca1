"""What the tests of the API share: an integration, its keys, and a way to call."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from werkzeug.test import TestResponse

from backoffice.core.integration import Integration
from backoffice.core.permissions import SYSTEM
from backoffice.intake.keys import SCOPES, create_key, integration_named
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]

Call = Callable[..., TestResponse]


@pytest.fixture
def integration(session) -> Integration:
    """The program that calls."""
    return integration_named(session, "Shop")


@pytest.fixture
def make_key(session, integration) -> Callable[..., str]:
    """Return a function that makes one more key."""

    def make(scopes=SCOPES, expires_at: datetime | None = None, of=None) -> str:
        key = create_key(
            session, of or integration, scopes=scopes, actor=SYSTEM, expires_at=expires_at
        )
        session.commit()
        return key

    return make


@pytest.fixture
def key(make_key) -> str:
    """A key with every scope."""
    return make_key()


@pytest.fixture
def call(client, key, files_dir) -> Call:
    """Return a function that calls the API: a body is sent as JSON, bytes as they are."""

    def call(
        method: str, path: str, body=None, *, key: str | None = key, **headers
    ) -> TestResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if key is not None:
            sent.setdefault("Authorization", f"Bearer {key}")
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        data = body if body is None or isinstance(body, bytes) else json.dumps(body)
        return client.open(f"/api/v1{path}", method=method, data=data, headers=sent)

    return call


@pytest.fixture
def post(call) -> Call:
    """Return a function that posts a registration."""
    return lambda body, **more: call("POST", "/registrations", body, **more)
