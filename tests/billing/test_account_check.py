"""The check of a seller's Stripe account: what Stripe says of it, in our words."""

import json

import pytest

from backoffice.billing.account_check import look_up
from backoffice.dev.sandboxes.stripe import Misbehaviour
from config.settings import get_settings
from tests.factories.profile_change import make_profile_change
from tests.factories.registration import make_registration
from tests.factories.seller import make_seller
from tests.factories.trader import look


@pytest.mark.parametrize(
    ("account", "outcome", "beside"),
    [
        (None, "warn", "Unknown"),
        ("acct_1Fine", "pass", "Stripe"),
        ("acct_1ShopLater", "pass", "Stripe"),
        ("acct_1ShopDue", "warn", "Stripe: incomplete"),
        ("acct_1ShopPast", "fail", "Stripe: disabled"),
        ("acct_1ShopOff", "fail", "Stripe: disabled"),
        ("acct_1ShopGone", "fail", "Stripe: unknown"),
    ],
)
def test_what_stripe_says_of_an_account(stripe_sandbox, account, outcome, beside):
    found = look_up(account)
    assert found.outcome == outcome
    assert found.facts["fields"]["stripe_account"]["msgid"] == beside


def test_what_is_wanted_is_said_in_words_with_stripes_own_name(stripe_sandbox):
    found = look_up("acct_1ShopPast")
    said = [(line.msgid.split(":")[0], line.values["what"]["msgid"], line.values["name"])
            for line in found.proof]  # fmt: skip
    assert said == [
        ("Overdue", "the bank account to be paid on", "external_account"),
        ("Overdue", "a person’s identity document", "person_1SandboxPerson.verification.document"),
    ]
    assert json.loads(found.evidence)["requirements"]["past_due"]


def test_a_deadline_is_named(stripe_sandbox):
    found = look_up("acct_1ShopDue")
    assert found.headline.values["day"].startswith("20")


def test_what_we_have_no_words_for_is_named_as_it_is(stripe_sandbox, monkeypatch):
    monkeypatch.setattr(
        "backoffice.dev.sandboxes.stripe.accounts.STATES",
        {"Odd": {"currently_due": ["company.flux_capacitor"]}},
    )
    (line,) = look_up("acct_1ShopOdd").proof
    assert line.values["what"] == line.values["name"] == "company.flux_capacitor"


def test_stripe_that_is_down_or_busy_never_blocks(make_stripe, monkeypatch):
    make_stripe(Misbehaviour(busy=1))
    assert look_up("acct_1Fine").outcome == "unavailable"
    monkeypatch.setenv("STRIPE_URL", "http://127.0.0.1:9")
    get_settings.cache_clear()
    found = look_up("acct_1Fine")
    assert found.outcome == "unavailable"
    assert found.retry_at is not None


@pytest.mark.usefixtures("app")
def test_registrations_and_profile_changes_have_the_same_check(session, stripe_sandbox):
    registration = make_registration(session, stripe_account="acct_1ShopDue")
    assert look(session, registration, "stripe_account")[""].outcome == "warn"
    staged = make_profile_change(session, make_seller(session), stripe_account="acct_1ShopOff")
    assert look(session, staged, "stripe_account")[""].outcome == "fail"
