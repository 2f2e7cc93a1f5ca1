"""Stripe's sandbox itself: what it refuses, what it tells and when, what it remembers."""

import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler

import httpx
import pytest

from backoffice.dev.sandboxes.server import Server
from backoffice.dev.sandboxes.stripe import KEY, Misbehaviour, Sandbox
from backoffice.dev.sandboxes.stripe.keys import WHSEC
from backoffice.dev.sandboxes.stripe.webhooks import sign
from tests.fakes.stripe import QUIET, serving

SELLER = "acct_1Fine"


@pytest.fixture
def sandbox():
    """A sandbox where all goes well, asked in Python."""
    made = Sandbox(misbehaviour=QUIET)
    yield made
    made.close()


def types(sandbox: Sandbox) -> list[str]:
    return [event["type"] for event in sandbox.events]


def refund(sandbox: Sandbox, charge: str, **given):
    return sandbox.do("POST", "/v1/refunds", {"charge": charge, **given})


class TestOverHttp:
    @pytest.fixture
    def ask(self, sandbox):
        with serving(sandbox) as url, httpx.Client(base_url=f"{url}/v1/") as http:

            def ask(method, path, data=None, *, key=KEY, **headers):
                sent = {name.replace("_", "-"): value for name, value in headers.items()}
                sent["Authorization"] = f"Bearer {key}"
                answer = http.request(method, path, data=data, headers=sent)
                said = answer.json()
                return answer.status_code, said.get("error", said)

            yield ask

    @pytest.mark.parametrize(
        ("path", "given", "code", "param"),
        [
            ("refunds", {"charge": "ch_1", "colour": "red"}, "parameter_unknown", "colour"),
            ("refunds", {}, "parameter_missing", "charge"),
            ("refunds", {"charge": "ch_1", "amount": "1.5"}, "parameter_invalid_integer", "amount"),
            ("refunds", {"charge": "ch_1", "reverse_transfer": "yes"}, None, "reverse_transfer"),
            ("refunds", {"charge": "ch_1", "reason": "whim"}, None, "reason"),
            ("refunds", {"charge": "ch_1", "metadata": "x"}, "parameter_invalid_hash", "metadata"),
            ("refunds", {"charge": "ch_1"}, "resource_missing", "charge"),
            ("charges", {"amount": "1"}, "parameter_missing", "currency"),
            ("disputes/dp_1", {"evidence[colour]": "x"}, "parameter_unknown", "evidence[colour]"),
            ("transfers", {"amount": "1", "currency": "eur", "destination": "acct_1Gone"},
             "resource_missing", "destination"),
        ],
    )  # fmt: skip
    def test_a_wrong_request_is_refused_as_stripe_does(self, ask, path, given, code, param):
        status, error = ask("POST", path, given)
        assert status == (404 if code == "resource_missing" and path == "refunds" else 400)
        assert (error.get("code"), error["param"]) == (code, param)
        assert error["type"] == "invalid_request_error"

    def test_a_wrong_key_and_an_address_that_there_is_not(self, ask):
        assert ask("GET", "charges/ch_1", key="sk_test_x")[0] == 401
        assert ask("GET", "unicorns")[0] == 404
        assert ask("GET", "charges/ch_1", Stripe_Account="acct_1Gone")[0] == 403

    def test_a_card_that_is_declined(self, ask):
        given = {"amount": "100", "currency": "eur", "source": "tok_chargeDeclined"}
        status, error = ask("POST", "charges", given)
        assert (status, error["code"], error["type"]) == (402, "card_declined", "card_error")

    def test_a_key_is_good_for_one_request(self, ask, sandbox):
        given = {"amount": "100", "currency": "eur", "source": "tok_visa"}
        first = ask("POST", "charges", given, Idempotency_Key="one")
        assert ask("POST", "charges", given, Idempotency_Key="one") == first
        status, error = ask("POST", "charges", given | {"amount": "101"}, Idempotency_Key="one")
        assert (status, error["type"]) == (400, "idempotency_error")
        assert len(sandbox.objects("charge")) == 1

    def test_what_was_never_begun_is_not_kept_under_its_key(self, ask):
        given = {"amount": "100", "source": "tok_visa"}
        assert ask("POST", "charges", given, Idempotency_Key="one")[0] == 400
        given["currency"] = "eur"
        assert ask("POST", "charges", given, Idempotency_Key="one")[0] == 200

    def test_lists_are_walked_page_by_page(self, ask, sandbox):
        made = [sandbox.charge(100 + number)["id"] for number in range(5)]
        _, first = ask("GET", "charges?limit=3")
        assert ([one["id"] for one in first["data"]], first["has_more"]) == (made[:1:-1], True)
        _, rest = ask("GET", f"charges?limit=3&starting_after={made[2]}")
        assert ([one["id"] for one in rest["data"]], rest["has_more"]) == (made[1::-1], False)
        _, whole = ask("GET", "charges?limit=1&expand[]=data.balance_transaction")
        assert whole["data"][0]["balance_transaction"]["amount"] == 104


class TestMoney:
    def test_a_destination_charge_moves_in_the_gross_form(self, sandbox):
        sandbox.charge(10_000, order="O-1", destination=SELLER, fee=1_200)
        _, *books = sandbox.objects("balance_transaction", _owner="acct_platform")
        moved = [(one["type"], one["amount"], one["fee"]) for one in books]
        assert moved == [
            ("charge", 10_000, 175), ("transfer", -10_000, 0), ("application_fee", 1_200, 0),
        ]  # fmt: skip
        assert types(sandbox) == ["charge.succeeded", "transfer.created", "application_fee.created"]
        fee = sandbox.events[-1]["data"]["object"]
        charge = sandbox.objects("charge")[0]
        assert fee["originating_transaction"] == charge["id"] != fee["charge"]

    def test_a_refund_that_fails_later_leaves_what_was_taken_back(self, sandbox):
        charge = sandbox.charge(1_000, destination=SELLER, fee=100, card="pm_card_refundFail")["id"]
        made = refund(sandbox, charge, reverse_transfer=True, refund_application_fee=True)
        assert made["status"] == "succeeded"
        sandbox.settle()
        (ended,) = sandbox.objects("refund")
        assert (ended["status"], ended["failure_reason"]) == ("failed", "declined")
        assert types(sandbox)[-3:] == ["refund.updated", "charge.refund.updated", "refund.failed"]
        assert sandbox.objects("charge")[0]["amount_refunded"] == 0
        assert sandbox.objects("transfer")[0]["amount_reversed"] == 1_000
        again = refund(sandbox, charge, reverse_transfer=True, refund_application_fee=True)
        assert again["transfer_reversal"] is None  # the seller bears it once

    def test_a_refund_may_wait_before_it_succeeds(self, sandbox):
        charge = sandbox.charge(1_000, card="tok_pendingRefund")["id"]
        assert refund(sandbox, charge, amount=10)["status"] == "pending"
        sandbox.settle()
        assert sandbox.objects("refund")[0]["status"] == "succeeded"
        assert types(sandbox)[-2:] == ["refund.updated", "charge.refund.updated"]

    @pytest.mark.parametrize(("status", "balance"), [("won", 0), ("lost", -3_000)])
    def test_a_chargeback_takes_the_money_and_the_winner_has_it_back(
        self, sandbox, status, balance
    ):
        charge = sandbox.charge(1_000)["id"]
        before = sandbox.state.balances["acct_platform"]
        dispute = sandbox.open_dispute(charge)["id"]
        assert sandbox.state.balances["acct_platform"] == before - 3_000
        sandbox.close_dispute(dispute, status)
        assert sandbox.state.balances["acct_platform"] == before + balance
        told = ["created", "funds_withdrawn", "closed"]
        told[2:2] = ["funds_reinstated"] if status == "won" else []
        assert types(sandbox)[1:] == [f"charge.dispute.{word}" for word in told]


class Endpoint(BaseHTTPRequestHandler):
    """Takes every third webhook only at the second attempt."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signature = self.headers["Stripe-Signature"]
        at = signature.removeprefix("t=").partition(",")[0]
        assert signature == sign(body, WHSEC, int(at))
        id = json.loads(body)["id"]
        self.server.seen.append(id)
        refused = len(self.server.seen) % 3 == 0
        self.server.taken.update([] if refused else [id])
        self.send_response(503 if refused else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_webhooks_come_late_twice_and_shuffled_and_each_is_taken_in_the_end():
    with Server(("127.0.0.1", 0), Endpoint) as server:
        server.seen, server.taken = [], Counter()
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        troubles = Misbehaviour(late_seconds=0.2, twice=0.5, retry_seconds=0.05, seed=5)
        sandbox = Sandbox(WHSEC, f"http://127.0.0.1:{server.server_port}", troubles)
        for number in range(10):
            sandbox.charge(100 + number)
        assert sandbox.clockwork.wait()
        ids = [event["id"] for event in sandbox.events]
        assert server.taken.keys() == set(ids)
        assert list(dict.fromkeys(server.seen)) != ids  # shuffled
        assert max(server.taken.values()) > 1  # twice
        assert all(event["pending_webhooks"] == 0 for event in sandbox.events)
        sandbox.close()
        server.shutdown()


def test_a_later_run_goes_on_where_the_earlier_ended(tmp_path):
    file = tmp_path / "stripe.json"
    first = Sandbox(misbehaviour=Misbehaviour(settle_seconds=60), file=file)
    charge = first.charge(1_000, card="tok_pendingRefund")["id"]
    refund(first, charge, amount=10)
    first.close()
    second = Sandbox(misbehaviour=Misbehaviour(settle_seconds=0), file=file)
    assert second.clockwork.wait()
    assert second.objects("refund")[0]["status"] == "succeeded"
    second.close()
    file.write_text("{broken")
    assert Sandbox(file=file).objects("charge") == []


def test_chance_is_the_same_for_the_same_seed():
    def run(seed: int) -> list[int | None]:
        sandbox = Sandbox(misbehaviour=Misbehaviour(seed=seed, busy=0.2, broken=0.2, lost=0.2))
        headers = {"Authorization": f"Bearer {KEY}"}
        body = b"amount=100&currency=eur&source=tok_visa"
        answers = [sandbox.answer("POST", "/v1/charges", headers, body) for _ in range(30)]
        sandbox.close()
        return [answer and answer.status for answer in answers]

    assert run(1) == run(1) != run(2)
    assert set(run(1)) == {None, 200, 429, 500}
