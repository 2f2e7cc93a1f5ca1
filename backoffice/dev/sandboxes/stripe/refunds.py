"""Refunds: to the buyer, from the balance that the charge is on, with what goes back with them."""

from typing import Any

from backoffice.dev.sandboxes.stripe import disputes, fees, transfers
from backoffice.dev.sandboxes.stripe.problem import Problem, euros
from backoffice.dev.sandboxes.stripe.state import PLATFORM, Object, State

TAKES = ("reverse_transfer", "refund_application_fee")
"""What a refund may take with it, where it says so."""


def create(state: State, given: dict[str, Any], owner: str, ends: str | None = None) -> Object:
    """Refund a charge; `ends` is how that ends later, where it is not done at once."""
    if "charge" not in given:
        said = "One of the following params should be provided for this request: charge."
        raise Problem(said, code="parameter_missing", param="charge", is_kept=False)
    charge = state.find("charge", given["charge"], owner, "charge")
    amount = _amount(state, charge, given.get("amount"))
    takes = {f"_{name}": bool(given.get(name)) for name in TAKES}
    reversed_minor = _reversed(state, charge, amount) if given.get("reverse_transfer") else 0
    fee_back = _fee_back(state, charge, amount) if given.get("refund_application_fee") else 0
    gained = reversed_minor + (-fee_back if owner == PLATFORM else fee_back)
    if state.balances.get(owner, 0) + gained < amount:
        said = "Insufficient funds in your Stripe balance to refund this amount."
        raise Problem(said, code="balance_insufficient")
    ends = ends or charge["_refund"]
    refund = state.add(
        "re", "refund", owner, amount=amount, charge=charge["id"], currency=charge["currency"],
        destination_details={"type": "card"}, metadata=given.get("metadata", {}),
        payment_intent=None, reason=given.get("reason"), receipt_number=None,
        source_transfer_reversal=None, transfer_reversal=None, balance_transaction=None,
        status="pending" if ends == "succeeded" else "succeeded", _ends=ends,
        **takes,
    )  # fmt: skip
    refund["balance_transaction"] = state.book(owner, "refund", -amount, refund["id"])
    _count(charge, amount)
    if reversed_minor:
        transfer = state.objects[charge["transfer"]]
        back = transfers.take_back(state, transfer, reversed_minor, {}, refund["id"])
        refund["transfer_reversal"] = back["id"]
    state.tell("refund.created", refund)
    state.tell("charge.refunded", charge, {"amount_refunded": charge["amount_refunded"] - amount})
    if fee_back:
        fees.give_back(state, state.objects[charge["application_fee"]], fee_back, {})
    return refund


def settle(state: State, refund: Object) -> None:
    """End a refund that was not done at once: it succeeds, or its money comes back to us.

    What was taken of the seller and given back of the fee stays: Stripe undoes neither.
    """
    ends, refund["_ends"] = refund["_ends"], None
    before, refund["status"] = refund["status"], ends
    if ends == "failed":
        refund["failure_reason"] = "declined"
        refund["failure_balance_transaction"] = state.book(
            refund["_owner"], "refund_failure", refund["amount"], refund["id"]
        )
        _count(state.objects[refund["charge"]], -refund["amount"])
    state.tell("refund.updated", refund, {"status": before})
    state.tell("charge.refund.updated", refund, {"status": before})
    if ends == "failed":
        state.tell("refund.failed", refund, {"status": before})


def update(state: State, given: dict[str, Any], id: str, owner: str) -> Object:
    """Change a refund's metadata."""
    refund = state.find("refund", id, owner)
    refund["metadata"] |= given.get("metadata", {})
    state.tell("refund.updated", refund)
    return refund


def cancel(state: State, id: str, owner: str) -> Object:
    """Cancel a refund that waits for the buyer; card refunds never do."""
    refund = state.find("refund", id, owner)
    if refund["status"] != "requires_action":
        said = f"Refund {id} has a status of {refund['status']} and cannot be canceled."
        raise Problem(said, param="refund")
    refund["status"] = "canceled"
    state.tell("refund.updated", refund)
    return refund


def _amount(state: State, charge: Object, asked: int | None) -> int:
    left: int = charge["amount"] - charge["amount_refunded"]
    if disputes.blocking(state, charge):
        said = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise Problem(said, code="charge_disputed")
    if left == 0:
        said = f"Charge {charge['id']} has already been refunded."
        raise Problem(said, code="charge_already_refunded")
    if asked is not None and asked < 1:
        raise Problem("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if asked is not None and asked > left:
        said = (
            f"Refund amount ({euros(asked)}) is greater than unrefunded amount on charge "
            f"({euros(left)})"
        )
        raise Problem(said, param="amount")
    return left if asked is None else asked


def _reversed(state: State, charge: Object, amount: int) -> int:
    if charge["transfer"] is None:
        said = f"Charge {charge['id']} has no transfer that could be reversed."
        raise Problem(said, param="reverse_transfer")
    transfer = state.objects[charge["transfer"]]
    refunded = amount + _refunded(state, charge, "_reverse_transfer")
    return _due(transfer["amount"], transfer["amount_reversed"], refunded, charge["amount"])


def _fee_back(state: State, charge: Object, amount: int) -> int:
    if charge["application_fee"] is None:
        said = f"Charge {charge['id']} has no application fee that could be refunded."
        raise Problem(said, param="refund_application_fee")
    fee = state.objects[charge["application_fee"]]
    refunded = amount + _refunded(state, charge, "_refund_application_fee")
    return _due(fee["amount"], fee["amount_refunded"], refunded, charge["amount"])


def _refunded(state: State, charge: Object, flag: str) -> int:
    """Return what was refunded before that took the same with it: other refunds take nothing."""
    before = state.of_kind("refund", charge=charge["id"])
    return sum(one["amount"] for one in before if one.get(flag) and one["status"] != "failed")


def _due(whole: int, done: int, refunded: int, charged: int) -> int:
    """Return what goes back now: the share of all that was refunded so, less what went back before.

    So parts add up: a charge that is refunded whole has its whole transfer and fee back.
    """
    share = (2 * whole * refunded + charged) // (2 * charged)
    return max(0, min(whole, share) - done)


def _count(charge: Object, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
