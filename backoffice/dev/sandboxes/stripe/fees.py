"""Application fees given back to the seller, in part or whole."""

from typing import Any

from backoffice.dev.sandboxes.stripe.problem import Problem, euros
from backoffice.dev.sandboxes.stripe.state import PLATFORM, Object, State


def create_refund(state: State, given: dict[str, Any], fee_id: str) -> Object:
    """Give back a part of a fee, or all that is left of it."""
    fee = state.find("application_fee", fee_id, PLATFORM)
    left = fee["amount"] - fee["amount_refunded"]
    amount = given.get("amount", left)
    if left == 0:
        raise Problem(f"Application fee {fee_id} has already been refunded.", param="id")
    if not 0 < amount <= left:
        said = (
            f"Refund amount ({euros(amount)}) is greater than unrefunded amount on fee "
            f"({euros(left)})"
        )
        raise Problem(said, param="amount")
    return give_back(state, fee, amount, given.get("metadata", {}))


def give_back(state: State, fee: Object, amount: int, metadata: dict[str, str]) -> Object:
    """Book a part of a fee back to the seller, and tell of it."""
    made = state.add(
        "fr", "fee_refund", PLATFORM, amount=amount, currency=fee["currency"], fee=fee["id"],
        metadata=metadata, balance_transaction=None,
    )  # fmt: skip
    type = "application_fee_refund"
    made["balance_transaction"] = state.book(PLATFORM, type, -amount, made["id"])
    state.book(fee["account"], "adjustment", amount, made["id"], category="fee")
    before = fee["amount_refunded"]
    fee["amount_refunded"] = before + amount
    fee["refunded"] = fee["amount_refunded"] == fee["amount"]
    state.tell("application_fee.refunded", fee, {"amount_refunded": before})
    return made
