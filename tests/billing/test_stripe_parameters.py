"""Every parameter that we send, and every one the sandbox knows, is one of Stripe's own."""

import json
import sys
import threading
import types
import typing
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

import pytest
import stripe
from stripe import _api_version
from stripe import params as own
from typing_extensions import is_typeddict

from backoffice.billing import stripe as ours
from backoffice.core.clock import now
from backoffice.dev.sandboxes.server import Server
from backoffice.dev.sandboxes.stripe import parameters, state
from backoffice.dev.sandboxes.stripe.form import MAP, decode
from config.settings import get_settings

LIST = {"object": "list", "data": [], "has_more": False, "url": "/v1/refunds"}
LISTS = ("/v1/refunds", "/v1/balance_transactions", "/v1/payouts")
OPTIONS = stripe.RequestOptions.__annotations__.keys()  # of a request, not of what it asks


class Recorder(BaseHTTPRequestHandler):
    """Writes down what comes in, and answers an object that says nothing."""

    asked: typing.ClassVar[list[tuple[str, str, dict]]] = []

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self._take(parts.path, parts.query)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._take(self.path, body.decode())

    def do_DELETE(self) -> None:
        parts = urlsplit(self.path)
        self._take(parts.path, parts.query)

    def _take(self, path: str, raw: str) -> None:
        self.asked.append((self.command, path, decode(raw)))
        is_list = path in LISTS and self.command == "GET"
        body = json.dumps(LIST if is_list else {"id": "x", "available": [], "pending": []})
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def asked(monkeypatch) -> Iterator[list[tuple[str, str, dict]]]:
    """What our functions sent, in order."""
    Recorder.asked = []
    with Server(("127.0.0.1", 0), Recorder) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        monkeypatch.setenv("STRIPE_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("STRIPE_KEY", "sk_test_recorded")
        get_settings.cache_clear()
        yield Recorder.asked
        server.shutdown()
    monkeypatch.undo()
    get_settings.cache_clear()


def evidence() -> dict[str, str]:
    """Every piece of evidence that is text."""
    hints = hints_of(own.DisputeUpdateParamsEvidence)
    return {name: "x" for name, hint in hints.items() if hint is str}


CALLS = {
    "refund": (
        lambda: ours.create_refund(
            charge="ch_1", amount_minor=5, reverse_transfer=True, refund_application_fee=False,
            metadata={"refund": "1"}, idempotency_key="k",
        ),
        "POST", "/v1/refunds", own.RefundCreateParams,
    ),
    "direct refund": (
        lambda: ours.create_refund(
            charge="ch_1", amount_minor=5, reverse_transfer=False, refund_application_fee=True,
            metadata={}, idempotency_key="k", account="acct_1Fine",
        ),
        "POST", "/v1/refunds", own.RefundCreateParams,
    ),
    "fee": (
        lambda: ours.refund_fee("fee_1", amount_minor=5, metadata={"a": "b"}, idempotency_key="k"),
        "POST", "/v1/application_fees/fee_1/refunds", own.ApplicationFeeRefundCreateParams,
    ),
    "transfer": (
        lambda: ours.create_transfer(
            destination="acct_1", amount_minor=5, currency="EUR", metadata={"a": "b"},
            idempotency_key="k", source_transaction="ch_1",
        ),
        "POST", "/v1/transfers", own.TransferCreateParams,
    ),
    "chargeback": (
        lambda: ours.prepare_chargeback("dp_1", evidence=evidence(), idempotency_key="k"),
        "POST", "/v1/disputes/dp_1", own.DisputeUpdateParams,
    ),
    "account": (
        lambda: ours.account_requirements("acct_1"), "GET", "/v1/accounts/acct_1",
        own.AccountRetrieveParams,
    ),
    "balance transactions": (
        lambda: ours.list_balance_transactions(since=now(), after="txn_1"),
        "GET", "/v1/balance_transactions", own.BalanceTransactionListParams,
    ),
    "balance transactions of a payout": (
        lambda: ours.list_balance_transactions(payout="po_1"),
        "GET", "/v1/balance_transactions", own.BalanceTransactionListParams,
    ),
    "payouts": (
        lambda: ours.list_payouts(since=now()), "GET", "/v1/payouts", own.PayoutListParams,
    ),
    "balance": (ours.read_balance, "GET", "/v1/balance", own.BalanceRetrieveParams),
    "refunds": (
        lambda: ours.list_refunds_of_charge("ch_1"), "GET", "/v1/refunds", own.RefundListParams,
    ),
    **{
        kind: (
            lambda kind=kind: ours.retrieve(kind, "x_1", expand=("balance_transaction",)),
            "GET", f"/v1/{kind}s/x_1", params,
        )
        for kind, params in {
            "charge": own.ChargeRetrieveParams, "refund": own.RefundRetrieveParams,
            "dispute": own.DisputeRetrieveParams, "transfer": own.TransferRetrieveParams,
            "application_fee": own.ApplicationFeeRetrieveParams,
            "balance_transaction": own.BalanceTransactionRetrieveParams,
            "payout": own.PayoutRetrieveParams,
        }.items()
    },
}  # fmt: skip


def hints_of(params: type) -> Mapping[str, typing.Any]:
    """Return the parameters that a typed dictionary of the library names, with their types."""
    names = vars(sys.modules[params.__module__]) | vars(typing) | {"StripeContext": object}
    hints = typing.get_type_hints(params, names)
    return {name: hint for name, hint in hints.items() if name not in OPTIONS}


def members(hint: object, *, in_lists: bool = False) -> list[object]:
    """Return the alternatives of a type, and of what a list holds if asked."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType) or (in_lists and origin is list):
        parts = typing.get_args(hint)
        return [each for one in parts for each in members(one, in_lists=in_lists)]
    return [hint]


def literals(hint: object) -> set[str]:
    """Return the words that a type allows; none where it allows any."""
    found = [one for one in members(hint) if typing.get_origin(one) is typing.Literal]
    return {word for one in found for word in typing.get_args(one)} - {""}


def check(sent: Mapping[str, typing.Any], params: type) -> None:
    """Fail where something is sent that the library's types do not name."""
    hints = hints_of(params)
    assert sent.keys() <= hints.keys()
    for name, value in sent.items():
        for inner in (one for one in members(hints[name]) if is_typeddict(one)):
            check(value, inner)
        if allowed := literals(hints[name]):
            assert isinstance(value, dict) or value in allowed, name


@pytest.mark.parametrize("name", CALLS)
def test_what_we_send_is_named_by_the_librarys_types(asked, name):
    call, method, path, params = CALLS[name]
    call()
    ((seen_method, seen_path, sent),) = asked
    assert (seen_method, seen_path) == (method, path)
    assert sent or name in ("account", "balance")
    check(sent, params)


def test_every_function_that_asks_stripe_is_called_above():
    asking = {"create_refund", "refund_fee", "create_transfer", "prepare_chargeback",
              "account_requirements", "list_refunds_of_charge", "retrieve",
              "list_balance_transactions", "list_payouts", "read_balance"}  # fmt: skip
    public = {
        name for name, one in vars(ours).items()
        if isinstance(one, types.FunctionType) and one.__module__ == ours.__name__
        and not name.startswith("_")
    }  # fmt: skip
    assert public == asking | {"read_event", "answers", "options", "plain"}


def test_one_version_of_the_api_is_pinned_here_in_the_sandbox_and_in_the_library():
    assert ours.API_VERSION == state.API_VERSION == _api_version._ApiVersion.CURRENT


TABLES = {
    "CHARGE_CREATE": own.ChargeCreateParams, "CHARGE_LIST": own.ChargeListParams,
    "REFUND_CREATE": own.RefundCreateParams, "REFUND_LIST": own.RefundListParams,
    "METADATA_UPDATE": own.RefundUpdateParams, "FEE_LIST": own.ApplicationFeeListParams,
    "FEE_REFUND_CREATE": own.ApplicationFeeRefundCreateParams,
    "TRANSFER_CREATE": own.TransferCreateParams, "TRANSFER_LIST": own.TransferListParams,
    "REVERSAL_CREATE": own.TransferReversalCreateParams,
    "DISPUTE_UPDATE": own.DisputeUpdateParams, "DISPUTE_LIST": own.DisputeListParams,
    "BALANCE_TRANSACTION_LIST": own.BalanceTransactionListParams,
    "PAYOUT_CREATE": own.PayoutCreateParams, "PAYOUT_LIST": own.PayoutListParams,
    "EVENT_LIST": own.EventListParams, "EXPAND": own.AccountRetrieveParams,
    "PAGE": own.TransferReversalListParams,
}  # fmt: skip


def compare(table: Mapping[str, typing.Any], params: type, *, is_whole: bool = True) -> None:
    """Fail where the sandbox knows other parameters than the library; less, where it is a part."""
    hints = hints_of(params)
    known = hints.keys() | ({"expand"} if "expand" in table else set())
    assert table.keys() == known if is_whole else table.keys() <= known
    for name, kind in table.items():
        inner = [one for one in members(hints.get(name), in_lists=True) if is_typeddict(one)]
        if isinstance(kind, Mapping | tuple):
            compare(kind[0] if isinstance(kind, tuple) else kind, inner[0], is_whole=is_whole)
        elif isinstance(kind, frozenset):
            assert kind == literals(hints[name]), name
        else:
            assert not literals(hints.get(name)) or kind == MAP, name


@pytest.mark.parametrize("name", TABLES)
def test_the_sandbox_knows_the_parameters_of_the_librarys_types(name):
    compare(getattr(parameters, name), TABLES[name])
