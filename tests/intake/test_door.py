"""What every call passes before its view: key, scope, rate limit."""

import logging
from datetime import timedelta

import pytest
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import select

from backoffice.core.clock import now
from backoffice.core.integration import ApiKey
from backoffice.core.permissions import SYSTEM
from backoffice.extensions import limiter
from backoffice.intake.keys import SCOPES, integration_named, revoke_key
from config.settings import get_settings
from tests.factories.registration import registration_body

PATH = "/cases/REG-2026-000001"


@pytest.fixture
def two_a_minute(monkeypatch, files_dir):
    monkeypatch.setenv("API_RATE", "2 per minute")
    get_settings.cache_clear()


def changed(key: str) -> str:
    """Return another key with the same prefix."""
    return key[:-1] + ("A" if key[-1] != "A" else "B")


class TestKey:
    @pytest.mark.parametrize(
        "sent",
        ["", "Bearer", "Bearer ", "Basic dTpw", "Bearer mk_0123456789ab_secret", "Bearer mk__",
         "Bearer é", "Bearer mk_%00_x"],
    )  # fmt: skip
    def test_none_or_an_unknown_one_is_asked_for(self, call, sent):
        answer = call("GET", PATH, key=None, Authorization=sent)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer realm=")
        assert answer.content_type == "application/problem+json"

    def test_an_altered_one_is_refused(self, call, key):
        answer = call("GET", PATH, key=changed(key))
        assert answer.status_code == 401
        assert "invalid_token" in answer.headers["WWW-Authenticate"]

    def test_an_expired_one_is_refused(self, call, make_key):
        assert call("GET", PATH, key=make_key(expires_at=now())).status_code == 401
        lasting = make_key(expires_at=now() + timedelta(minutes=1))
        assert call("GET", PATH, key=lasting).status_code == 404

    def test_a_revoked_one_is_refused(self, call, key, session):
        revoke_key(session, key.split("_")[1], actor=SYSTEM)
        session.commit()
        assert call("GET", PATH).status_code == 401

    def test_its_secret_is_kept_nowhere(self, key, session):
        row = session.scalars(select(ApiKey)).one()
        secret = key.split("_", 2)[2].encode()
        assert secret not in row.digest
        assert row.prefix == key.split("_")[1]

    def test_its_use_is_noted(self, call, key, session):
        call("GET", PATH)
        assert session.scalars(select(ApiKey.last_used_at)).one() is None  # it raised: 404
        call("POST", "/registrations", registration_body())
        noted = session.scalars(select(ApiKey.last_used_at)).one()
        assert now() - noted < timedelta(minutes=1)


class TestScope:
    @pytest.mark.parametrize(
        ("method", "path", "scope"),
        [
            ("POST", "/registrations", "registrations:write"),
            ("GET", "/registrations/x", "registrations:read"),
            ("GET", "/sellers/x", "sellers:read"),
            ("PATCH", "/sellers/x", "sellers:write"),
            ("GET", PATH, "cases:read"),
        ],
    )
    def test_each_call_needs_its_own(self, call, make_key, method, path, scope):
        others = make_key(scopes=set(SCOPES) - {scope})
        answer = call(method, path, {} if method != "GET" else None, key=others)
        assert answer.status_code == 403
        assert scope in answer.json["detail"]
        alone = make_key(scopes=[scope])
        answer = call(method, path, {} if method != "GET" else None, key=alone)
        assert answer.status_code in (404, 422)


class TestRate:
    def test_too_many_calls_are_told_when_to_come_back(self, call, two_a_minute):
        assert [call("GET", PATH).status_code for _ in range(3)] == [404, 404, 429]
        answer = call("POST", "/registrations", b"{")
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 61
        assert answer.content_type == "application/problem+json"

    def test_each_integration_has_its_own(self, call, make_key, session, two_a_minute):
        for _ in range(3):
            call("GET", PATH)
        other = make_key(of=integration_named(session, "Another shop"))
        assert call("GET", PATH, key=other).status_code == 404

    def test_a_wrong_key_is_not_counted(self, call, key, two_a_minute):
        for _ in range(3):
            call("GET", PATH, key=changed(key))
        assert call("GET", PATH).status_code == 404

    def test_without_redis_it_lets_pass_aloud(self, call, two_a_minute, monkeypatch, caplog):
        dead = storage_from_string("redis://127.0.0.1:1")
        monkeypatch.setattr(limiter, "_limiter", FixedWindowRateLimiter(dead))
        with caplog.at_level(logging.WARNING, "flask-limiter"):
            assert [call("GET", PATH).status_code for _ in range(3)] == [404, 404, 404]
        assert "Failed to rate limit" in caplog.text


def test_an_address_that_is_none_is_a_problem(call):
    answer = call("GET", "/nothing-here")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    answer = call("DELETE", "/registrations")
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert "POST" in answer.headers["Allow"]
