"""Stripe's webhooks at the door: signed and of our mode they are kept once; the rest is not."""

import json
import threading
import time
from typing import Any

import pytest
from sqlalchemy import func, select

from backoffice import create_app
from backoffice.billing.stripe_object import StripeEvent
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.dev.sandboxes.stripe.webhooks import sign
from backoffice.extensions import db
from config.settings import get_settings

SECRET, CONNECT = "whsec_account", "whsec_connect"
EVENT = {
    "id": "evt_1", "object": "event", "type": "refund.created", "created": 1_790_000_000,
    "livemode": False, "api_version": "2026-10-28.endive",
    "data": {"object": {"id": "re_1", "object": "refund", "metadata": {}}},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _secrets(monkeypatch):
    monkeypatch.setenv("STRIPE_KEY", "sk_test_door")
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("STRIPE_CONNECT_WEBHOOK_SECRET", CONNECT)
    get_settings.cache_clear()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()


def send(client, event: Any = EVENT, *, secret=SECRET, at=None, **more):
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    headers = {"Stripe-Signature": more.pop("signature", None) or sign(body, secret, at)}
    return client.post("/webhooks/stripe", data=body, headers=headers, **more)


def kept(session) -> list[StripeEvent]:
    return list(session.scalars(select(StripeEvent).order_by(StripeEvent.id)))


def owed(session) -> list[dict[str, Any]]:
    query = select(OutboxMessage.payload).where(OutboxMessage.channel == Channel.BILLING)
    return list(session.scalars(query))


def test_a_signed_event_is_kept_and_its_application_owed(client, session):
    answer = send(client)
    assert (answer.status_code, answer.text) == (200, "Kept.\n")
    (event,) = kept(session)
    assert (event.id, event.type, event.state) == ("evt_1", "refund.created", "pending")
    assert event.payload == EVENT
    assert owed(session) == [{"event_id": "evt_1"}]


def test_the_same_event_again_changes_nothing(client, session):
    send(client)
    answer = send(client)
    assert (answer.status_code, answer.text) == (200, "Known already.\n")
    assert len(kept(session)) == len(owed(session)) == 1


def test_an_event_of_a_seller_bears_the_secret_of_the_second_endpoint(client, session):
    assert send(client, EVENT | {"account": "acct_1Fine"}, secret=CONNECT).status_code == 200
    assert [event.account for event in kept(session)] == ["acct_1Fine"]


def test_an_unknown_type_is_taken(client, session):
    assert send(client, EVENT | {"type": "climate.order.created"}).status_code == 200
    assert len(kept(session)) == 1


@pytest.mark.parametrize(
    "given",
    [
        {"secret": "whsec_other"},
        {"at": time.time() - 301},
        {"signature": "nonsense"},
        {"signature": "t=1,v1=\xe9"},
        {"event": b"not json"},
        {"event": b"\xff\xfe"},
        {"event": b"[]"},
        {"event": EVENT | {"object": "v2.core.event"}},
        {"event": {"id": "evt_1", "object": "event"}},
    ],
    ids=["secret", "old", "nonsense", "letters", "text", "bytes", "list", "thin", "hollow"],
)
def test_what_stripe_did_not_sign_lately_is_refused_in_words(client, session, given):
    answer = send(client, **given)
    assert answer.status_code == 400
    assert answer.text.startswith("This is no event that Stripe signed")
    assert kept(session) == []


def test_without_a_signature_or_a_secret_nothing_is_kept(client, session, monkeypatch):
    assert client.post("/webhooks/stripe", data=json.dumps(EVENT)).status_code == 400
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", "")
    get_settings.cache_clear()
    assert send(client, secret="").status_code == 400
    assert kept(session) == []


def test_an_event_of_the_other_mode_is_not_kept(client, session):
    answer = send(client, EVENT | {"livemode": True})
    assert (answer.status_code, kept(session)) == (200, [])
    assert "the other mode" in answer.text


def test_a_body_of_five_megabytes_is_refused(client, session):
    answer = send(client, b" " * 5 * 1024 * 1024)
    assert answer.status_code == 413
    assert "at most 1 MB" in answer.text
    assert kept(session) == []


def test_only_posting_is_possible(client):
    assert client.get("/webhooks/stripe").status_code == 405


def test_one_event_twice_at_once_is_kept_once(fresh_database, settings):
    app = create_app(settings.model_copy(update={"database_url": fresh_database}))
    gate, answers = threading.Barrier(2, timeout=60), []

    def post() -> None:
        gate.wait()
        answers.append(send(app.test_client()).text)

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["Kept.\n", "Known already.\n"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(StripeEvent)) == 1
        db.session.remove()
        db.engine.dispose()
