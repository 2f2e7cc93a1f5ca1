"""The addresses of the sandbox: what each takes, and what it does."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from backoffice.dev.sandboxes.stripe import (
    accounts,
    billing_parameters,
    charges,
    customers,
    disputes,
    fees,
    invoices,
    parameters,
    payouts,
    refunds,
    subscriptions,
    transfers,
)
from backoffice.dev.sandboxes.stripe.form import Table, require
from backoffice.dev.sandboxes.stripe.listing import page
from backoffice.dev.sandboxes.stripe.problem import no_such, unknown_address
from backoffice.dev.sandboxes.stripe.state import PLATFORM, Object, State


class Call(NamedTuple):
    """One request, read: whose it is, its parameters, the identifier in its address."""

    state: State
    given: dict[str, Any]
    owner: str
    id: str = ""
    key: str = ""
    ends: str | None = None  # how a refund ends, where chance says so


Work = Callable[[Call], Object]


class Route(NamedTuple):
    """One method at one address."""

    method: str
    pattern: str
    table: Table
    work: Work


def _get(kind: str) -> Work:
    return lambda call: call.state.find(kind, call.id, call.owner)


def _list(kind: str, *names: str) -> Work:
    def work(call: Call) -> Object:
        where = {name: call.given[name] for name in names if name in call.given}
        return page(list(call.state.of_kind(kind, call.owner, **where)), call.given, call.state)

    return work


def _inside(kind: str, parent: str) -> Work:
    def work(call: Call) -> Object:
        call.state.find(parent, call.id, PLATFORM)
        name = "fee" if parent == "application_fee" else parent
        return page(list(call.state.of_kind(kind, **{name: call.id})), call.given, call.state)

    return work


def _event(call: Call) -> Object:
    for event in call.state.events:
        if event["id"] == call.id:
            return event
    raise no_such("event", call.id)


def _events(call: Call) -> Object:
    types = call.given.get("types") or [call.given.get("type")]
    found = [one for one in call.state.events if types == [None] or one["type"] in types]
    return page(found, call.given, call.state)


def _balance(call: Call) -> Object:
    amount = call.state.balances.get(call.owner, 0)
    return {
        "object": "balance", "livemode": False, "pending": [],
        "available": [{"amount": amount, "currency": "eur", "source_types": {"card": amount}}],
    }  # fmt: skip


def _set_balance(call: Call) -> Object:
    require(call.given, "amount")
    owner = call.given.get("account", call.owner)
    moved = call.given["amount"] - call.state.balances.get(owner, 0)
    call.state.book(owner, "adjustment", moved, None, category="other_adjustment")
    return _balance(call)


def _balance_transactions(call: Call) -> Object:
    if "payout" not in call.given:
        return _list("balance_transaction", "currency", "source", "type")(call)
    return page(payouts.transactions(call.state, call.given["payout"], call.owner), call.given,
                call.state)  # fmt: skip


def _end_payout(call: Call) -> Object:
    require(call.given, "status")
    payout = call.state.find("payout", call.id, call.owner)
    payouts.settle(call.state, payout, call.given["status"])
    return payout


def _open_dispute(call: Call) -> Object:
    require(call.given, "charge")
    charge = call.state.objects.get(call.given["charge"])
    if charge is None or charge["object"] != "charge":
        raise no_such("charge", call.given["charge"], "charge")
    reason = call.given.get("reason", "fraudulent")
    return disputes.open_one(call.state, charge, call.given.get("amount"), reason)


def _close_dispute(call: Call) -> Object:
    require(call.given, "status")
    return disputes.close(call.state, call.id, call.given["status"])


def _advance(call: Call) -> Object:
    """Put the time ahead, and let happen what is due by then."""
    require(call.given, "seconds")
    call.state.ahead_seconds += call.given["seconds"]
    subscriptions.renew_due(call.state)
    return {"object": "test_helpers.clock", "now": call.state.now()}


def _delete_customer(call: Call) -> Object:
    """Delete a customer; its subscriptions end first."""
    for one in call.state.of_kind("subscription", call.owner, customer=call.id):
        if one["status"] in subscriptions.RUNNING:
            subscriptions.cancel(call.state, one["id"], call.owner)
    return customers.delete(call.state, call.id, call.owner)


def _create_refund(call: Call) -> Object:
    return refunds.create(call.state, call.given, call.owner, call.ends)


P, B = parameters, billing_parameters
ROUTES = (
    Route("POST", "charges", P.CHARGE_CREATE, lambda c: charges.create(c.state, c.given, c.owner)),
    Route("GET", "charges", P.CHARGE_LIST, _list("charge", "transfer_group")),
    Route("GET", "charges/{id}", P.EXPAND, _get("charge")),
    Route("POST", "refunds", P.REFUND_CREATE, _create_refund),
    Route("GET", "refunds", P.REFUND_LIST, _list("refund", "charge")),
    Route("GET", "refunds/{id}", P.EXPAND, _get("refund")),
    Route("POST", "refunds/{id}", P.METADATA_UPDATE,
          lambda c: refunds.update(c.state, c.given, c.id, c.owner)),
    Route("POST", "refunds/{id}/cancel", P.EXPAND,
          lambda c: refunds.cancel(c.state, c.id, c.owner)),
    Route("GET", "application_fees", P.FEE_LIST, _list("application_fee", "charge")),
    Route("GET", "application_fees/{id}", P.EXPAND, _get("application_fee")),
    Route("GET", "application_fees/{id}/refunds", P.PAGE,
          _inside("fee_refund", "application_fee")),
    Route("POST", "application_fees/{id}/refunds", P.FEE_REFUND_CREATE,
          lambda c: fees.create_refund(c.state, c.given, c.id)),
    Route("POST", "transfers", P.TRANSFER_CREATE,
          lambda c: transfers.create(c.state, c.given, c.owner)),
    Route("GET", "transfers", P.TRANSFER_LIST, _list("transfer", "destination", "transfer_group")),
    Route("GET", "transfers/{id}", P.EXPAND, _get("transfer")),
    Route("GET", "transfers/{id}/reversals", P.PAGE, _inside("transfer_reversal", "transfer")),
    Route("POST", "transfers/{id}/reversals", P.REVERSAL_CREATE,
          lambda c: transfers.create_reversal(c.state, c.given, c.id)),
    Route("GET", "balance", P.EXPAND, _balance),
    Route("GET", "balance_transactions", P.BALANCE_TRANSACTION_LIST, _balance_transactions),
    Route("GET", "balance_transactions/{id}", P.EXPAND, _get("balance_transaction")),
    Route("POST", "payouts", P.PAYOUT_CREATE, lambda c: payouts.create(c.state, c.given, c.owner)),
    Route("GET", "payouts", P.PAYOUT_LIST, _list("payout", "destination", "status")),
    Route("GET", "payouts/{id}", P.EXPAND, _get("payout")),
    Route("POST", "payouts/{id}/cancel", P.EXPAND,
          lambda c: payouts.cancel(c.state, c.id, c.owner)),
    Route("GET", "disputes", P.DISPUTE_LIST, _list("dispute", "charge")),
    Route("GET", "disputes/{id}", P.EXPAND, _get("dispute")),
    Route("POST", "disputes/{id}", P.DISPUTE_UPDATE,
          lambda c: disputes.update(c.state, c.given, c.id, c.owner)),
    Route("GET", "events", P.EVENT_LIST, _events),
    Route("GET", "events/{id}", P.EXPAND, _event),
    Route("GET", "accounts/{id}", P.EXPAND, lambda c: accounts.retrieve(c.id, c.key)),
    Route("POST", "prices", B.PRICE_CREATE,
          lambda c: customers.create_price(c.state, c.given, c.owner)),
    Route("GET", "prices", B.PRICE_LIST, _list("price", "product")),
    Route("GET", "prices/{id}", P.EXPAND, _get("price")),
    Route("GET", "products/{id}", P.EXPAND, _get("product")),
    Route("POST", "customers", B.CUSTOMER, lambda c: customers.create(c.state, c.given, c.owner)),
    Route("GET", "customers", B.CUSTOMER_LIST, _list("customer", "email")),
    Route("GET", "customers/{id}", P.EXPAND, _get("customer")),
    Route("POST", "customers/{id}", B.CUSTOMER,
          lambda c: customers.update(c.state, c.given, c.id, c.owner)),
    Route("DELETE", "customers/{id}", P.EXPAND, _delete_customer),
    Route("POST", "subscriptions", B.SUBSCRIPTION_CREATE,
          lambda c: subscriptions.create(c.state, c.given, c.owner)),
    Route("GET", "subscriptions", B.SUBSCRIPTION_LIST, _list("subscription", "customer", "status")),
    Route("GET", "subscriptions/{id}", P.EXPAND, _get("subscription")),
    Route("POST", "subscriptions/{id}", B.SUBSCRIPTION_UPDATE,
          lambda c: subscriptions.update(c.state, c.given, c.id, c.owner)),
    Route("DELETE", "subscriptions/{id}", B.SUBSCRIPTION_CANCEL,
          lambda c: subscriptions.cancel(c.state, c.id, c.owner)),
    Route("GET", "invoices", B.INVOICE_LIST, _list("invoice", "customer", "status")),
    Route("GET", "invoices/{id}", P.EXPAND, _get("invoice")),
    Route("POST", "invoices/{id}/pay", B.INVOICE_PAY,
          lambda c: invoices.pay(c.state, c.given, c.id, c.owner)),
    Route("POST", "invoices/{id}/void", P.EXPAND,
          lambda c: invoices.void(c.state, c.id, c.owner)),
    Route("POST", "invoices/{id}/mark_uncollectible", P.EXPAND,
          lambda c: invoices.give_up(c.state, c.id, c.owner)),
    Route("POST", "test_helpers/clock/advance", B.ADVANCE, _advance),
    Route("POST", "test_helpers/disputes", P.OPEN_DISPUTE, _open_dispute),
    Route("POST", "test_helpers/disputes/{id}/close", P.CLOSE_DISPUTE, _close_dispute),
    Route("POST", "test_helpers/balance", P.SET_BALANCE, _set_balance),
    Route("POST", "test_helpers/payouts", P.EXPAND,
          lambda c: payouts.create_automatic(c.state, c.owner)),
    Route("POST", "test_helpers/payouts/{id}/end", P.END_PAYOUT, _end_payout),
)  # fmt: skip
PATTERNS = [
    (one, re.compile("/v1/" + one.pattern.replace("{id}", r"(?P<id>[\w-]+)"))) for one in ROUTES
]


def route_of(method: str, path: str) -> tuple[Route, str]:
    """Return the route of a request and the identifier in its path; raises Problem for none."""
    for route, pattern in PATTERNS:
        if route.method == method and (found := pattern.fullmatch(path)):
            return route, found.groupdict().get("id", "")
    raise unknown_address(method, path)
