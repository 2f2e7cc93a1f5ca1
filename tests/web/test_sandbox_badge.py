"""The layout says whether money is real."""

import pytest

from config.settings import Settings
from tests.factories.staff import make_staff, sign_in


def test_the_page_says_sandbox_where_stripe_is_one(app, client, session, monkeypatch):
    sign_in(client, session, make_staff(session, role="lead"))
    assert ">Sandbox</span>" not in client.get("/account").text
    monkeypatch.setitem(app.jinja_env.globals, "is_sandbox", True)
    assert ">Sandbox</span>" in client.get("/account").text


@pytest.mark.parametrize(
    ("url", "is_sandbox"),
    [("http://127.0.0.1:7001/stripe", True), ("https://api.stripe.com", False)],
)
def test_a_sandbox_is_on_this_machine(url, is_sandbox):
    assert Settings(stripe_url=url).stripe_is_sandbox is is_sandbox
