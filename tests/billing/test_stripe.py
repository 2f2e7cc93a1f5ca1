"""Asking Stripe: what moves, what is refused, what is to be asked again; and whose key it is."""

import json
import logging
import threading
import time
from datetime import timedelta

import httpx
import pytest
from pydantic import ValidationError

from backoffice.billing import stripe
from backoffice.billing.stripe import BadSignature, StripeRefused, StripeUnavailable
from backoffice.core.clock import now
from backoffice.dev.sandboxes.stripe import Misbehaviour
from backoffice.dev.sandboxes.stripe.webhooks import sign
from config.settings import get_settings, read_environment
from tests.fakes.registers import raw_server

SELLER = "acct_1Fine"
EVENT = {
    "id": "evt_1", "object": "event", "type": "refund.created", "created": 1, "livemode": False,
    "data": {"object": {"id": "re_1", "object": "refund"}},
}  # fmt: skip


def refund(charge: str, amount_minor: int, key: str = "refund:1:1", **more):
    given = {"reverse_transfer": True, "refund_application_fee": True, "metadata": {"refund": "1"}}
    return stripe.create_refund(
        charge=charge, amount_minor=amount_minor, idempotency_key=key, **given | more
    )


@pytest.fixture
def charge(stripe_sandbox) -> str:
    """A charge of 100.01 € for a seller, with a fee of 12.01 €."""
    return stripe_sandbox.charge(10_001, order="O-1", destination=SELLER, fee=1_201)["id"]


class TestWhatMoves:
    def test_parts_add_up_to_the_whole_transfer_and_fee(self, stripe_sandbox, charge):
        refund(charge, 3_334)
        refund(charge, 6_667, key="refund:1:2")
        (transfer,) = stripe_sandbox.objects("transfer")
        (fee,) = stripe_sandbox.objects("application_fee")
        assert (transfer["amount_reversed"], fee["amount_refunded"]) == (10_001, 1_201)
        assert stripe_sandbox.state.balances[SELLER] == 0
        assert [one["amount"] for one in stripe.list_refunds_of_charge(charge)] == [6_667, 3_334]

    def test_the_same_key_moves_money_once(self, stripe_sandbox, charge):
        first, again = refund(charge, 100), refund(charge, 100)
        assert first == again
        assert len(stripe_sandbox.objects("refund")) == 1
        assert first["metadata"] == {"refund": "1"}

    def test_without_the_flags_we_pay_alone(self, stripe_sandbox, charge):
        before = stripe_sandbox.state.balances["acct_platform"]
        refund(charge, 500, reverse_transfer=False, refund_application_fee=False)
        assert stripe_sandbox.state.balances["acct_platform"] == before - 500
        assert stripe_sandbox.state.balances[SELLER] == 8_800

    def test_a_direct_charge_is_refunded_by_the_seller(self, stripe_sandbox):
        charge = stripe_sandbox.charge(5_000, fee=500, account=SELLER)["id"]
        with pytest.raises(StripeRefused, match="balance_insufficient"):  # Stripe's fee is gone
            refund(charge, 5_000, account=SELLER)
        stripe_sandbox.set_balance(5_000, SELLER)
        refund(charge, 5_000, key="refund:1:2", account=SELLER)
        (fee,) = stripe_sandbox.objects("application_fee")
        assert fee["amount_refunded"] == 500
        with pytest.raises(StripeRefused, match="resource_missing"):
            stripe.retrieve("charge", charge)
        assert stripe.retrieve("charge", charge, account=SELLER)["refunded"]

    def test_a_fee_alone_and_a_transfer_alone(self, stripe_sandbox, charge):
        fee = stripe.retrieve("charge", charge)["application_fee"]
        stripe.refund_fee(fee, amount_minor=201, metadata={}, idempotency_key="fee:1")
        paid = stripe.create_transfer(
            destination=SELLER, amount_minor=300, currency="EUR", metadata={"case": "DSP-1"},
            idempotency_key="goodwill:1",
        )  # fmt: skip
        assert stripe.retrieve("application_fee", fee)["amount_refunded"] == 201
        assert stripe.retrieve("transfer", paid["id"])["metadata"] == {"case": "DSP-1"}
        assert stripe_sandbox.state.balances[SELLER] == 10_001 - 1_201 + 201 + 300

    def test_what_we_paid_alone_is_not_taken_of_the_seller_later(self, stripe_sandbox, charge):
        refund(charge, 2_000, reverse_transfer=False, refund_application_fee=False)
        refund(charge, 1_000, key="refund:1:2")
        (transfer,) = stripe_sandbox.objects("transfer")
        (fee,) = stripe_sandbox.objects("application_fee")
        assert (transfer["amount_reversed"], fee["amount_refunded"]) == (1_000, 120)

    def test_what_is_asked_to_be_expanded_comes_whole(self, charge):
        seen = stripe.retrieve("charge", charge, expand=("balance_transaction", "transfer"))
        assert seen["balance_transaction"]["fee"] == 175  # 1.5 % and 25 cents
        assert seen["transfer"]["destination"] == SELLER

    def test_evidence_is_laid_down_and_not_sent(self, stripe_sandbox, charge):
        dispute = stripe_sandbox.open_dispute(charge)["id"]
        given = {"shipping_carrier": "Colissimo", "shipping_tracking_number": "8L1"}
        seen = stripe.prepare_chargeback(dispute, evidence=given, idempotency_key="evidence:1")
        assert (seen["evidence"], seen["status"]) == (given, "needs_response")
        assert seen["evidence_details"]["submission_count"] == 0


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("amount", "code", "said"),
        [(10_002, "invalid_request", "greater than unrefunded amount"), (0, "parameter_inv", "")],
    )
    def test_an_amount_that_cannot_be(self, charge, amount, code, said):
        with pytest.raises(StripeRefused, match=code) as refused:
            refund(charge, amount)
        assert said in refused.value.message

    def test_a_charge_that_is_refunded_or_contested(self, stripe_sandbox, charge):
        refund(charge, 10_001)
        with pytest.raises(StripeRefused, match="charge_already_refunded"):
            refund(charge, 1, key="refund:1:2")
        contested = stripe_sandbox.charge(900, card="tok_createDispute")["id"]
        with pytest.raises(StripeRefused, match="charge_disputed"):
            refund(contested, 1, key="refund:2:1", reverse_transfer=False,
                   refund_application_fee=False)  # fmt: skip

    def test_more_than_our_balance(self, stripe_sandbox, charge):
        stripe_sandbox.set_balance(100)
        with pytest.raises(StripeRefused, match="balance_insufficient"):
            refund(charge, 200, reverse_transfer=False)
        with pytest.raises(StripeRefused, match="balance_insufficient"):
            stripe.create_transfer(
                destination=SELLER, amount_minor=200, currency="EUR", metadata={},
                idempotency_key="goodwill:1",
            )  # fmt: skip

    def test_names_that_there_are_not(self, stripe_sandbox):
        for ask in (
            lambda: refund("ch_none", 1),
            lambda: stripe.retrieve("dispute", "dp_none"),
            lambda: stripe.account_requirements("acct_1Gone"),
        ):
            with pytest.raises(StripeRefused):
                ask()

    def test_one_key_for_two_requests_is_our_fault_and_moves_nothing(self, stripe_sandbox, charge):
        refund(charge, 100)
        with pytest.raises(StripeRefused, match="idempotency_error"):
            refund(charge, 200)
        assert len(stripe_sandbox.objects("refund")) == 1

    def test_a_refusal_stays_one_under_its_key(self, stripe_sandbox, charge):
        stripe_sandbox.set_balance(0)
        for balance in (0, 1_000_000):
            stripe_sandbox.set_balance(balance)
            with pytest.raises(StripeRefused, match="balance_insufficient"):
                refund(charge, 200, reverse_transfer=False)


class TestWhatIsAskedAgain:
    def test_an_answer_that_is_lost_is_found_under_the_same_key(self, make_stripe):
        sandbox = make_stripe(Misbehaviour(lost=0.5, seed=3, settle_seconds=None))
        charge = sandbox.charge(1_000, destination=SELLER, fee=100)["id"]
        lost = 0
        for _ in range(20):
            try:
                refund(charge, 1_000)
            except StripeUnavailable:
                lost += 1
        assert 0 < lost < 20
        assert [one["amount"] for one in sandbox.objects("refund")] == [1_000]

    def test_busy_says_until_when(self, make_stripe):
        make_stripe(Misbehaviour(busy=1))
        with pytest.raises(StripeUnavailable) as failure:
            stripe.retrieve("charge", "ch_1")
        assert timedelta(0) < failure.value.retry_at - now() <= timedelta(seconds=1)

    def test_broken_and_unreachable(self, make_stripe, monkeypatch):
        sandbox = make_stripe(Misbehaviour(broken=1))
        with pytest.raises(StripeUnavailable) as failure:
            refund("ch_1", 1)
        assert failure.value.retry_at is None
        assert sandbox.objects("refund") == []
        monkeypatch.setenv("STRIPE_URL", "http://127.0.0.1:9")
        get_settings.cache_clear()
        with pytest.raises(StripeUnavailable):
            refund("ch_1", 1)

    def test_too_slow_and_not_stripe(self, stripe_sandbox, monkeypatch):
        monkeypatch.setattr(stripe, "TIMEOUT", httpx.Timeout(0.2))
        page = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>"

        def drip():
            yield b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"
            time.sleep(1)

        for pieces in ([page], drip(), [b""]):
            with raw_server(pieces) as url:
                monkeypatch.setenv("STRIPE_URL", url)
                get_settings.cache_clear()
                with pytest.raises(StripeUnavailable):
                    stripe.retrieve("charge", "ch_1")

    def test_a_key_in_use_is_asked_again(self, make_stripe):
        sandbox = make_stripe(Misbehaviour(slow=1, slow_seconds=0.5, settle_seconds=None))
        charge = sandbox.charge(1_000)["id"]
        alone = {"reverse_transfer": False, "refund_application_fee": False}
        first = threading.Thread(target=refund, args=(charge, 100), kwargs=alone)
        first.start()
        time.sleep(0.2)
        with pytest.raises(StripeUnavailable):
            refund(charge, 100, **alone)
        first.join()
        assert len(sandbox.objects("refund")) == 1

    @pytest.mark.parametrize("key", ["sk_test_wrong", ""])
    def test_a_wrong_key_is_ours_to_mend_and_never_logged(
        self, stripe_sandbox, monkeypatch, caplog, key
    ):
        monkeypatch.setenv("STRIPE_KEY", key)
        get_settings.cache_clear()
        with caplog.at_level(logging.DEBUG), pytest.raises(StripeUnavailable):
            stripe.retrieve("charge", "ch_1")
        assert [one.levelname for one in caplog.records if "stripe" in one.name][-1] == "ERROR"
        assert "sk_test_wrong" not in caplog.text

    def test_no_proxy_of_the_environment_is_asked(self, stripe_sandbox, charge, monkeypatch):
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        assert stripe.retrieve("charge", charge)["amount"] == 10_001


class TestEvents:
    def test_a_signed_event_is_read(self):
        body = json.dumps(EVENT).encode()
        assert stripe.read_event(body, sign(body, "whsec_1"), "whsec_1") == EVENT
        nearly_old = sign(body, "whsec_1", time.time() - 295)
        assert stripe.read_event(body, nearly_old, "whsec_1") == EVENT

    def test_any_other_is_not(self):
        body = json.dumps(EVENT).encode()
        thin = json.dumps(EVENT | {"object": "v2.core.event"}).encode()
        for given, signature in (
            (body, sign(body, "whsec_2")),
            (body, sign(body, "whsec_1", time.time() - 305)),
            (body + b" ", sign(body, "whsec_1")),
            (body, ""),
            (thin, sign(thin, "whsec_1")),
        ):
            with pytest.raises(BadSignature):
                stripe.read_event(given, signature, "whsec_1")
        with pytest.raises(BadSignature):
            stripe.read_event(body, sign(body, ""), "")


class TestKeys:
    @pytest.mark.parametrize("environment", ["development", "test"])
    @pytest.mark.parametrize("key", ["sk_live_4eC39", "rk_live_4eC39"])
    def test_no_live_key_outside_production(self, environment, key):
        with pytest.raises(ValidationError, match="STRIPE_KEY is a live key") as refused:
            read_environment({"ENVIRONMENT": environment, "STRIPE_KEY": key})
        assert "4eC39" not in str(refused.value)

    def test_in_production_either_is_allowed(self):
        for key, is_live in (("sk_live_1", True), ("rk_live_1", True), ("sk_test_1", False)):
            given = {"ENVIRONMENT": "production", "STRIPE_KEY": key, "COMPANY_SIREN": "732829320"}
            assert read_environment(given).stripe_is_live is is_live

    def test_no_real_money_is_invoiced_by_an_invented_company(self):
        with pytest.raises(ValidationError, match="COMPANY_"):
            read_environment({"ENVIRONMENT": "production", "STRIPE_KEY": "sk_live_1"})
