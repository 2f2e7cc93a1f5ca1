"""Stripe, asked for money: the only module that imports its library.

What is asked bears a key that makes it happen once; an answer that is lost is asked for again under
the same key by the job, never in here.
"""

import logging
import ssl
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, NoReturn, cast

import httpx
import stripe

from backoffice.marketplace.outside import Unavailable, exchange, read_retry_after
from config.settings import get_settings

log = logging.getLogger(__name__)

API_VERSION = "2026-10-28.endive"
TIMEOUT = httpx.Timeout(10, connect=3)
TOLERANCE_SECONDS = 300  # how old a signed event may be
PAGE = 100
EVENT_MEMBERS = frozenset({"id", "type", "created", "livemode", "data"})

stripe.enable_telemetry = False


class StripeRefused(Exception):  # noqa: N818 (an answer: nothing moved, and asking again is no use)
    """Stripe will not do it; `code` and `message` are its own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class StripeUnavailable(Exception):  # noqa: N818 (an answer to live with: ask again later)
    """Stripe gave no answer: what was asked may have happened all the same."""

    def __init__(self, retry_at: datetime | None = None) -> None:
        super().__init__("Stripe gave no answer that can be used")
        self.retry_at = retry_at


class BadSignature(Exception):  # noqa: N818 (an answer to whoever sent it)
    """An event that Stripe did not sign, or signed too long ago, or that is none."""


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """Read the certificates once: that takes longer than a question to Stripe."""
    return httpx.create_ssl_context(trust_env=False)


class _Wire(stripe.HTTPClient):
    """Carries the library's requests: limits on time and size, no proxy of the environment."""

    name = "httpx"

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None,
        *, _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:  # fmt: skip
        """Send one request and return its body, status and headers."""
        sent = {**(headers or {}), "Accept-Encoding": "identity"}
        try:
            with httpx.Client(timeout=TIMEOUT, verify=_trust(), trust_env=False) as http:
                request = http.build_request(method, url, headers=sent, content=post_data)
                answer, body = exchange(http, request)
        except Unavailable as failure:
            raise stripe.APIConnectionError(str(failure)) from failure
        return body.decode(errors="replace"), answer.status_code, answer.headers


def create_refund(
    *, charge: str, amount_minor: int, reverse_transfer: bool, refund_application_fee: bool,
    metadata: dict[str, str], idempotency_key: str, account: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Refund a part of a charge, or all of it; `account` is the seller's, of a direct charge."""
    params: stripe.params.RefundCreateParams = {
        "charge": charge,
        "amount": amount_minor,
        "refund_application_fee": refund_application_fee,
        "metadata": metadata,
    }
    if account is None:  # a direct charge has no transfer
        params["reverse_transfer"] = reverse_transfer
    with answers() as client:
        sent = options(account, idempotency_key)
        return plain(client.v1.refunds.create(params, sent))


def refund_fee(
    fee_id: str, *, amount_minor: int, metadata: dict[str, str], idempotency_key: str
) -> dict[str, Any]:
    """Give a seller a part of an application fee back."""
    with answers() as client:
        return plain(
            client.v1.application_fees.refunds.create(
                fee_id,
                {"amount": amount_minor, "metadata": metadata},
                options(None, idempotency_key),
            )
        )


def create_transfer(
    *, destination: str, amount_minor: int, currency: str, metadata: dict[str, str],
    idempotency_key: str, source_transaction: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Pay a seller from our own balance, or out of one charge."""
    params: stripe.params.TransferCreateParams = {
        "destination": destination,
        "amount": amount_minor,
        "currency": currency.lower(),
        "metadata": metadata,
    }
    if source_transaction:
        params["source_transaction"] = source_transaction
    with answers() as client:
        return plain(client.v1.transfers.create(params, options(None, idempotency_key)))


def retrieve(
    kind: str, id: str, *, account: str | None = None, expand: Sequence[str] = ()
) -> dict[str, Any]:
    """Return an object as Stripe has it now; `kind` is Stripe's word: charge, refund, dispute…"""
    with answers() as client:
        ask = _reader(client, kind)
        return plain(ask(id, {"expand": list(expand)} if expand else {}, options(account)))


def list_refunds_of_charge(charge: str, *, account: str | None = None) -> list[dict[str, Any]]:
    """Return every refund of a charge, the newest first."""
    with answers() as client:
        listed = client.v1.refunds.list({"charge": charge, "limit": PAGE}, options(account))
        return [plain(one) for one in listed.auto_paging_iter()]


def list_balance_transactions(
    *, since: datetime | None = None, after: str | None = None, payout: str | None = None
) -> list[dict[str, Any]]:
    """Return one page of what moved our balance, the newest first: a page that is not full ends it.

    `since` is included; `after` is the last id of the page before; `payout` an automatic one,
    whose list is whole once Stripe says that its reconciliation is completed.
    """
    params: stripe.params.BalanceTransactionListParams = {"limit": PAGE}
    if since is not None:
        params["created"] = {"gte": int(since.timestamp())}
    if after is not None:
        params["starting_after"] = after
    if payout is not None:
        params["payout"] = payout
    with answers() as client:
        return [plain(one) for one in client.v1.balance_transactions.list(params).data]


def list_payouts(*, since: datetime) -> list[dict[str, Any]]:
    """Return the payouts made since, the newest first."""
    with answers() as client:
        listed = client.v1.payouts.list({"created": {"gte": int(since.timestamp())}, "limit": PAGE})
        return [plain(one) for one in listed.auto_paging_iter()]


def read_balance() -> dict[str, int]:
    """Return what we have at Stripe in each currency, in its minor units, available or not yet."""
    with answers() as client:
        told = plain(client.v1.balance.retrieve())
    found: Counter[str] = Counter()
    for one in (*told["available"], *told["pending"], *told.get("connect_reserved", ())):
        found[one["currency"].upper()] += one["amount"]
    return dict(found)


def prepare_chargeback(
    id: str, *, evidence: dict[str, str], idempotency_key: str
) -> dict[str, Any]:
    """Lay evidence down on a chargeback without sending it to the bank: a person does that."""
    given = cast("stripe.params.DisputeUpdateParamsEvidence", evidence)
    with answers() as client:
        return plain(
            client.v1.disputes.update(
                id, {"evidence": given, "submit": False}, options(None, idempotency_key)
            )
        )


def account_requirements(account: str) -> dict[str, Any]:
    """Return a seller's account: what it may do, and what Stripe still wants to know of it."""
    with answers() as client:
        return plain(client.v1.accounts.retrieve(account))


def read_event(body: bytes, signature: str, secret: str) -> dict[str, Any]:
    """Return the event that Stripe signed; raises BadSignature for any other body."""
    try:
        event = plain(stripe.Webhook.construct_event(body, signature, secret, TOLERANCE_SECONDS))
    except (stripe.SignatureVerificationError, ValueError, TypeError, AttributeError) as error:
        raise BadSignature(str(error)) from error
    if event.get("object") != "event" or not event.keys() >= EVENT_MEMBERS:
        raise BadSignature("This is no event of Stripe's.")
    return event


@contextmanager
def answers() -> Iterator[stripe.StripeClient]:
    """Give the library's client, and put its errors into our two."""
    settings = get_settings()
    key = settings.stripe_key.get_secret_value()
    if not key:
        log.error("STRIPE_KEY is not set: what is owed to Stripe waits")
        raise StripeUnavailable
    client = stripe.StripeClient(
        key,
        stripe_version=API_VERSION,
        base_addresses={"api": settings.stripe_url.rstrip("/")},
        max_network_retries=0,
        http_client=_Wire(),
    )
    try:
        yield client
    except stripe.StripeError as error:
        _raise_ours(error)


def _raise_ours(error: stripe.StripeError) -> NoReturn:
    code = error.code or (error.error and error.error.code)
    refusals = stripe.CardError | stripe.InvalidRequestError
    if isinstance(error, refusals) or code == "account_invalid":
        raise StripeRefused(code or "invalid_request", error.user_message or "") from error
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        # Ours to mend, and nothing is lost; Stripe's own sentence may name the key.
        log.error("Stripe refuses our key (%s, %s)", code, error.request_id)
    elif isinstance(error, stripe.IdempotencyError):
        log.error("One key, two different requests to Stripe (%s)", error.request_id)
        raise StripeRefused("idempotency_error", error.user_message or "") from error
    raise StripeUnavailable(read_retry_after(_lower(error.headers))) from error


def _lower(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {name.lower(): value for name, value in (headers or {}).items()}


def options(account: str | None, idempotency_key: str | None = None) -> stripe.RequestOptions:
    """Return how a request is sent: for whose account, and under which key it happens once."""
    said: stripe.RequestOptions = {}
    if account:
        said["stripe_account"] = account
    if idempotency_key:
        said["idempotency_key"] = idempotency_key
    return said


def _reader(client: stripe.StripeClient, kind: str) -> Callable[..., stripe.StripeObject]:
    readers: dict[str, Callable[..., stripe.StripeObject]] = {
        "charge": client.v1.charges.retrieve,
        "refund": client.v1.refunds.retrieve,
        "dispute": client.v1.disputes.retrieve,
        "transfer": client.v1.transfers.retrieve,
        "application_fee": client.v1.application_fees.retrieve,
        "balance_transaction": client.v1.balance_transactions.retrieve,
        "invoice": client.v1.invoices.retrieve,
        "subscription": client.v1.subscriptions.retrieve,
        "payout": client.v1.payouts.retrieve,
    }
    return readers[kind]


def plain(answer: stripe.StripeObject) -> dict[str, Any]:
    """Return an object of the library's as what it is in JSON."""
    return answer.to_dict(for_json=True)
