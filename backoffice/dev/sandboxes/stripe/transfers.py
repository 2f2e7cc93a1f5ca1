"""Transfers to sellers, and what is taken back of them."""

from typing import Any

from backoffice.dev.sandboxes.stripe.accounts import check_destination
from backoffice.dev.sandboxes.stripe.form import require
from backoffice.dev.sandboxes.stripe.problem import Problem, euros
from backoffice.dev.sandboxes.stripe.state import PLATFORM, Object, State, new_id


def create(state: State, given: dict[str, Any], owner: str) -> Object:
    """Pay a seller from our balance, or out of one charge."""
    require(given, "currency", "destination", "amount")
    check_destination(given["destination"], "destination")
    amount = given["amount"]
    if amount < 1:
        said = "This value must be greater than or equal to 1."
        raise Problem(said, code="parameter_invalid_integer", param="amount")
    if source := given.get("source_transaction"):
        _check_source(state, source, amount, owner)
    elif amount > state.balances.get(owner, 0):
        said = "You have insufficient funds in your Stripe account."
        raise Problem(said, code="balance_insufficient")
    payment = new_id("py")
    made = state.add(
        "tr", "transfer", owner, amount=amount, amount_reversed=0, reversed=False, livemode=False,
        currency=given["currency"].lower(), description=given.get("description"),
        destination=given["destination"], destination_payment=payment,
        metadata=given.get("metadata", {}), source_transaction=source, source_type="card",
        transfer_group=given.get("transfer_group"),
    )  # fmt: skip
    made["balance_transaction"] = state.book(owner, "transfer", -amount, made["id"])
    state.book(given["destination"], "payment", amount, payment, category="charge")
    state.tell("transfer.created", made)
    return made


def _check_source(state: State, source: str, amount: int, owner: str) -> None:
    charge = state.find("charge", source, owner, "source_transaction", 400)
    sent = sum(one["amount"] for one in state.of_kind("transfer", source_transaction=source))
    if sent + amount > charge["amount"]:
        said = (
            f"Cannot use {source} as source_transaction: {euros(charge['amount'] - sent)} of it "
            f"can still be transferred, not {euros(amount)}."
        )
        raise Problem(said, code="balance_insufficient", param="amount")


def create_reversal(state: State, given: dict[str, Any], id: str) -> Object:
    """Take back a part of a transfer, or all that is left of it."""
    transfer = state.find("transfer", id, PLATFORM)
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = given.get("amount", left)
    if not 0 < amount <= left:
        said = (
            f"Reversal amount ({euros(amount)}) is greater than unreversed amount on transfer "
            f"({euros(left)})"
        )
        raise Problem(said, param="amount")
    return take_back(state, transfer, amount, given.get("metadata", {}))


def take_back(
    state: State, transfer: Object, amount: int, metadata: dict[str, str],
    refund: str | None = None,
) -> Object:  # fmt: skip
    """Book a part of a transfer back, and tell of it; the seller's balance may go below zero."""
    owner = transfer["_owner"]
    made = state.add(
        "trr", "transfer_reversal", owner, amount=amount, currency=transfer["currency"],
        destination_payment_refund=new_id("pyr"), metadata=metadata, source_refund=refund,
        transfer=transfer["id"], balance_transaction=None,
    )  # fmt: skip
    made["balance_transaction"] = state.book(
        owner, "transfer_refund", amount, made["id"], category="transfer_reversal"
    )
    state.book(
        transfer["destination"], "payment_refund", -amount, made["destination_payment_refund"],
        category="refund",
    )  # fmt: skip
    before = transfer["amount_reversed"]
    transfer["amount_reversed"] = before + amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    state.tell("transfer.reversed", transfer, {"amount_reversed": before})
    return made
