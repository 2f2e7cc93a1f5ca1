"""Webhooks, verified with the public library as their receivers do."""

import json

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from backoffice.notify.webhook import body_of, headers_of
from tests.factories.outbox import SECRET, make_endpoint, make_webhook


@pytest.fixture
def endpoint(session):
    """An endpoint of an integration."""
    return make_endpoint(session, "https://boutique.example/hooks")


def test_the_body_says_what_happened(session, endpoint):
    row = make_webhook(session, endpoint, payload={"external_id": "é-1", "version": 3})
    assert json.loads(body_of(row)) == {
        "type": "registration.approved",
        "timestamp": row.created_at.isoformat(),
        "data": {"external_id": "é-1", "version": 3},
    }


def test_the_public_library_verifies_it(session, endpoint):
    row = make_webhook(session, endpoint)
    body = body_of(row)
    headers = headers_of(row, endpoint, body)
    assert Webhook(SECRET).verify(body, headers)["type"] == "registration.approved"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body + " ", headers)


def test_a_repeat_has_the_same_identity_and_body(session, endpoint):
    row = make_webhook(session, endpoint)
    first, body = body_of(row), body_of(row)
    assert first == body
    assert headers_of(row, endpoint, body)["webhook-id"] == f"msg_{row.uid}"
