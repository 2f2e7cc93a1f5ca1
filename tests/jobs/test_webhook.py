"""Webhooks to a receiver that behaves and ones that do not."""

import asyncio
import time
from datetime import timedelta

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from backoffice.core.audit import AuditEntry
from backoffice.core.clock import now
from backoffice.core.outbox import Channel
from jobs import delivery, outward
from jobs.drain import drain
from tests.factories.outbox import SECRET, make_endpoint, make_webhook
from tests.fakes.receiver import Receiver, Reply, receiving


@pytest.fixture(autouse=True)
def allowed(app, change_settings):
    """The settings let webhooks reach this machine."""
    change_settings(private_hosts="127.0.0.1,localhost")


@pytest.fixture
def shop():
    """A receiver."""
    return Receiver()


@pytest.fixture
def endpoint(session, shop):
    """The receiver's endpoint."""
    with receiving(shop) as url:
        yield make_endpoint(session, f"{url}/hooks?shop=1")


def settled(session, *rows):
    """Return the states of rows as the database has them now."""
    for row in rows:
        session.refresh(row)
    return [row.state for row in rows]


def seconds_until(moment):
    """Return in how many seconds a moment is."""
    return (moment - now()).total_seconds()


def test_webhooks_arrive_in_order_and_verify(session, endpoint, shop):
    rows = [make_webhook(session, endpoint) for _ in range(3)]
    drain(Channel.WEBHOOK)
    assert settled(session, *rows) == ["sent"] * 3
    assert shop.ids == [f"msg_{row.uid}" for row in rows]
    for got in shop.got:
        assert got.path == "/hooks?shop=1"
        assert Webhook(SECRET).verify(got.body, got.headers)["data"] == rows[0].payload
    assert len(shop.connections) == 1


def test_each_endpoint_has_its_own_secret(session, endpoint, shop):
    other, secret = Receiver(), "whsec_" + "QUJD" * 8
    with receiving(other) as url:
        make_webhook(session, make_endpoint(session, url, secret))
        make_webhook(session, endpoint)
        drain(Channel.WEBHOOK)
    assert Webhook(secret).verify(other.got[0].body, other.got[0].headers)
    assert Webhook(SECRET).verify(shop.got[0].body, shop.got[0].headers)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 500, 503])
def test_whatever_is_no_success_is_tried_again(session, endpoint, shop, status):
    shop.reply = lambda got: Reply(status, {"Location": "http://127.0.0.1:1/"})
    row = make_webhook(session, endpoint)
    drain(Channel.WEBHOOK)
    assert settled(session, row) == ["pending"]
    assert (row.attempts, row.last_error) == (1, f"answered {status}")
    assert 25 < seconds_until(row.available_at) < 31
    assert len(shop.got) == 1


def test_a_repeat_has_the_same_id_and_body(session, endpoint, shop):
    replies = iter([Reply(500)])
    shop.reply = lambda got: next(replies, Reply())
    row = make_webhook(session, endpoint)
    drain(Channel.WEBHOOK)
    row.available_at = now()
    session.flush()
    drain(Channel.WEBHOOK)
    assert settled(session, row) == ["sent"]
    assert len(set(shop.ids)) == 1
    assert len({got.body for got in shop.got}) == 1


def test_behind_a_failure_the_others_wait_untried(session, endpoint, shop):
    shop.reply = lambda got: Reply(500)
    rows = [make_webhook(session, endpoint) for _ in range(4)]
    drain(Channel.WEBHOOK)
    assert settled(session, *rows) == ["pending"] * 4
    assert [row.attempts for row in rows] == [1, 0, 0, 0]
    assert len(shop.got) == 1
    assert all(20 < seconds_until(row.available_at) < 31 for row in rows)


def test_a_slow_endpoint_holds_up_nobody_else(session, endpoint, shop, monkeypatch):
    monkeypatch.setattr(delivery, "TIMEOUT_SECONDS", 1)
    slow = Receiver()
    slow.reply = lambda got: Reply(wait=3)
    with receiving(slow) as url:
        late = make_webhook(session, make_endpoint(session, url))
        rows = [make_webhook(session, endpoint) for _ in range(3)]
        started_at = time.monotonic()
        drain(Channel.WEBHOOK)
        assert time.monotonic() - started_at < 2.5
        assert settled(session, late, *rows) == ["pending", "sent", "sent", "sent"]
        assert late.last_error == "no answer within 1 s"


def test_bytes_that_drip_do_not_count_once_the_status_is_heard(session, endpoint, shop):
    shop.reply = lambda got: Reply(200, body=b"x" * 50, drip=0.2)
    row = make_webhook(session, endpoint)
    started_at = time.monotonic()
    drain(Channel.WEBHOOK)
    assert time.monotonic() - started_at < 3
    assert settled(session, row) == ["sent"]


def test_a_large_answer_is_not_read_to_its_end(session, endpoint, shop):
    shop.reply = lambda got: Reply(200, body=b"x" * (4 * delivery.ANSWER_BYTES_MAX))
    rows = [make_webhook(session, endpoint) for _ in range(2)]
    drain(Channel.WEBHOOK)
    assert settled(session, *rows) == ["sent", "sent"]


def test_what_cannot_leave_within_the_lease_is_given_back(session, endpoint, shop, change_settings):
    change_settings(outbox_lease_seconds=1)
    shop.reply = lambda got: Reply(wait=0.8)
    rows = [make_webhook(session, endpoint) for _ in range(2)]
    drain(Channel.WEBHOOK)
    assert settled(session, *rows) == ["sent", "pending"]
    assert (rows[1].attempts, rows[1].leased_until) == (0, None)


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_respected(session, endpoint, shop, status):
    shop.reply = lambda got: Reply(status, {"Retry-After": "1800"})
    rows = [make_webhook(session, endpoint) for _ in range(2)]
    drain(Channel.WEBHOOK)
    settled(session, *rows)
    assert all(1790 < seconds_until(row.available_at) <= 1800 for row in rows)


def test_gone_switches_the_endpoint_off(session, endpoint, shop):
    shop.reply = lambda got: Reply(410)
    rows = [make_webhook(session, endpoint) for _ in range(2)]
    drain(Channel.WEBHOOK)
    assert settled(session, *rows) == ["dead", "dead"]
    session.refresh(endpoint)
    assert endpoint.disabled_at is not None
    assert len(shop.got) == 1
    assert "endpoint.gone" in session.scalars(select(AuditEntry.verb)).all()


def test_nobody_listens(session):
    row = make_webhook(session, make_endpoint(session, "http://127.0.0.1:1/"))
    drain(Channel.WEBHOOK)
    assert settled(session, row) == ["pending"]
    assert "Connect" in row.last_error


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://0.0.0.0/",
        "http://169.254.169.254/latest/meta-data/", "http://2130706433/", "http://0x7f.1/",
    ],
)  # fmt: skip
def test_our_own_network_is_out_of_reach(session, change_settings, url):
    change_settings(private_hosts="")
    row = make_webhook(session, make_endpoint(session, url))
    drain(Channel.WEBHOOK)
    assert settled(session, row) == ["pending"]
    assert "private address" in row.last_error


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "ftp://127.0.0.1:21/", "http:///", "nothing", "http://x\ud800.fr/"]
)
def test_an_address_that_is_none_is_said(session, url):
    row = make_webhook(session, make_endpoint(session, "http://x.example/"))
    endpoint = make_endpoint(session, "http://y.example/")
    session.expunge(endpoint)
    endpoint.url = url
    answer = asyncio.run(post_once(endpoint, row))
    assert not answer.is_success
    assert answer.problem


async def post_once(endpoint, row):
    """Post a row to an endpoint."""
    async with delivery.client() as http:
        return await delivery.post(http, endpoint, row)


def test_a_receiver_is_known_by_its_certificate(session, shop, certificate):
    outward._tls.cache_clear()
    with receiving(shop, certificate) as url:
        right = make_webhook(session, make_endpoint(session, url.replace("127.0.0.1", "localhost")))
        wrong = make_webhook(session, make_endpoint(session, url))
        drain(Channel.WEBHOOK)
        assert settled(session, right, wrong) == ["sent", "pending"]
        assert "CERTIFICATE_VERIFY_FAILED" in wrong.last_error
        assert shop.got[0].headers["host"].startswith("localhost:")
    outward._tls.cache_clear()


def test_a_secret_that_cannot_be_read_holds_up_nobody_else(session, endpoint, shop):
    broken = make_endpoint(session, "http://127.0.0.1:1/")
    broken.secret_encrypted = b"no token"
    lost, kept = make_webhook(session, broken), make_webhook(session, endpoint)
    drain(Channel.WEBHOOK)
    assert settled(session, lost, kept) == ["pending", "sent"]


def test_after_three_days_it_is_dead(session, endpoint, shop):
    shop.reply = lambda got: Reply(500)
    row = make_webhook(session, endpoint, attempts=11)
    drain(Channel.WEBHOOK)
    assert settled(session, row) == ["dead"]
    assert row.last_error == "answered 500"
    assert row.available_at < now() + timedelta(seconds=1)
