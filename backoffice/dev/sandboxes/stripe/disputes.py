"""Disputes: a buyer's bank takes a charge back, and says weeks later who was right."""

import time
from typing import Any

from backoffice.dev.sandboxes.stripe.problem import Problem
from backoffice.dev.sandboxes.stripe.state import Object, State

FEE_MINOR = 2_000  # given back to who wins
DAYS_TO_ANSWER = 12
OPEN = frozenset({"needs_response", "under_review"})


def open_one(
    state: State, charge: Object, amount: int | None = None, reason: str = "fraudulent"
) -> Object:
    """Open a dispute on a charge: the money leaves at once."""
    owner = charge["_owner"]
    amount = amount or charge["amount"] - charge["amount_refunded"]
    if charge["disputed"] or not 0 < amount <= charge["amount"]:
        raise Problem(f"Charge {charge['id']} cannot be disputed for that.", param="charge")
    made = state.add(
        "dp", "dispute", owner, amount=amount, charge=charge["id"], currency=charge["currency"],
        balance_transactions=[], enhanced_eligibility_types=[], evidence={},
        evidence_details={
            "due_by": int(time.time()) + DAYS_TO_ANSWER * 86_400, "enhanced_eligibility": {},
            "has_evidence": False, "past_due": False, "submission_count": 0,
        },
        is_charge_refundable=False, livemode=False, metadata={}, payment_intent=None,
        reason=reason, status="needs_response",
    )  # fmt: skip
    charge["disputed"] = True
    state.tell("charge.dispute.created", made)
    _book(state, made, -amount, "dispute", FEE_MINOR)
    state.tell("charge.dispute.funds_withdrawn", made)
    return made


def update(state: State, given: dict[str, Any], id: str, owner: str) -> Object:
    """Lay evidence down, and send it to the bank unless `submit` is false."""
    dispute = state.find("dispute", id, owner)
    if dispute["status"] != "needs_response":
        raise Problem("This dispute is already closed or under review.", param="id")
    evidence = dispute["evidence"] | given.get("evidence", {})
    if sum(len(str(value)) for value in evidence.values()) > 150_000:
        raise Problem("The evidence is longer than 150,000 characters.", param="evidence")
    dispute["evidence"] = evidence
    dispute["metadata"] |= given.get("metadata", {})
    details = dispute["evidence_details"]
    details["has_evidence"] = bool(evidence)
    if given.get("submit", True):
        details["submission_count"] += 1
        dispute["status"] = "under_review"
    state.tell("charge.dispute.updated", dispute)
    return dispute


def close(state: State, id: str, status: str) -> Object:
    """Say what the bank decided: won, the money comes back with Stripe's fee; lost, it does not."""
    dispute = state.objects.get(id)
    if dispute is None or dispute["object"] != "dispute" or dispute["status"] not in OPEN:
        raise Problem("No open dispute has this identifier.", param="id")
    dispute["status"] = status
    if status == "won":
        _book(state, dispute, dispute["amount"], "dispute_reversal", -FEE_MINOR)
        state.tell("charge.dispute.funds_reinstated", dispute)
    state.tell("charge.dispute.closed", dispute)
    return dispute


def blocking(state: State, charge: Object) -> Object | None:
    """Return the dispute because of which a charge cannot be refunded, if any."""
    disputes = state.of_kind("dispute", charge=charge["id"])
    return next((one for one in disputes if one["status"] in OPEN | {"lost"}), None)


def _book(state: State, dispute: Object, amount: int, category: str, fee: int) -> None:
    made = state.book(
        dispute["_owner"], "adjustment", amount, dispute["id"], category=category, fee=fee
    )
    # A dispute shows its balance transactions whole.
    dispute["balance_transactions"] = [
        *dispute["balance_transactions"], state.view(state.objects[made]),
    ]  # fmt: skip
