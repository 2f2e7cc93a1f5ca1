"""`backoffice api-key` and `backoffice webhook`."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from standardwebhooks import Webhook

from backoffice.core import audit
from backoffice.core.integration import ApiKey, WebhookEndpoint
from backoffice.core.secrets import decrypt
from backoffice.intake.commands import api_key, webhook
from backoffice.intake.keys import SCOPES


@pytest.fixture
def run(app):
    def run(command, *args):
        with app.app_context():
            return CliRunner().invoke(command, args)

    return run


class TestApiKey:
    def test_a_key_is_shown_once_and_works(self, run, call, session):
        answer = run(api_key, "create", "--integration", "Shop", "--scope", "cases:read")
        key = answer.output.strip()
        assert call("GET", "/cases/REG-2026-000001", key=key).status_code == 404
        assert call("GET", "/sellers/x", key=key).status_code == 403
        assert key not in run(api_key, "list").output
        assert list(audit.verify(session)) == []

    def test_every_scope_where_none_is_named(self, run, session):
        run(api_key, "create", "--integration", "Shop", "--days", "30")
        row = session.scalars(select(ApiKey)).one()
        assert row.scopes == sorted(SCOPES)
        assert round((row.expires_at - row.created_at) / timedelta(days=1), 3) == 30

    def test_a_second_key_of_the_same_integration(self, run, session):
        for _ in range(2):
            run(api_key, "create", "--integration", "Shop")
        assert len({row.integration_id for row in session.scalars(select(ApiKey))}) == 1

    def test_revoked_at_once(self, run, call, session):
        key = run(api_key, "create", "--integration", "Shop").output.strip()
        prefix = key.split("_")[1]
        assert run(api_key, "revoke", prefix).exit_code == 0
        assert call("GET", "/sellers/x", key=key).status_code == 401
        assert f"{prefix}\tShop\trevoked" in run(api_key, "list").output

    @pytest.mark.parametrize(
        "args",
        [("revoke", "unknown"), ("revoke", "\0"), ("create",), ("create", "--scope", "all"),
         ("create", "--integration", "S", "--days", "0")],
    )  # fmt: skip
    def test_refuses_aloud(self, run, args):
        assert run(api_key, *args).exit_code


class TestWebhook:
    def test_a_secret_is_shown_once(self, run, session):
        answer = run(webhook, "create", "--integration", "Shop", "--url", "https://shop.example/h")
        number, secret = answer.output.strip().split("\t")
        row = session.get_one(WebhookEndpoint, int(number))
        assert decrypt(row.secret_encrypted) == secret
        Webhook(secret)
        assert secret not in run(webhook, "list").output

    def test_disabled(self, run, session):
        run(webhook, "create", "--integration", "Shop", "--url", "https://shop.example/h")
        row = session.scalars(select(WebhookEndpoint)).one()
        assert run(webhook, "disable", str(row.id)).exit_code == 0
        assert f"{row.id}\tdisabled\thttps://shop.example/h" in run(webhook, "list").output
        assert run(webhook, "disable", "0").exit_code

    @pytest.mark.parametrize("url", ["ftp://x.example", "shop.example", "http://"])
    def test_only_addresses_of_the_web(self, run, url):
        assert run(webhook, "create", "--integration", "Shop", "--url", url).exit_code
