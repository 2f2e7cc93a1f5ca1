"""Payouts: from our balance to the bank, by hand or all that is there; paid, failed or canceled."""

import time
from typing import Any

from backoffice.dev.sandboxes.stripe.form import require
from backoffice.dev.sandboxes.stripe.problem import Problem
from backoffice.dev.sandboxes.stripe.state import Object, State

DAYS_ON_THE_WAY = 2
FAILURES = {
    "account_closed": "The bank account has been closed.",
    "could_not_process": "The bank could not process this payout.",
    "no_account": "The bank account details on file are probably incorrect.",
}


def create(state: State, given: dict[str, Any], owner: str) -> Object:
    """Pay out an amount by hand; its transactions are nobody's to list."""
    require(given, "amount", "currency")
    amount = given["amount"]
    if amount < 1:
        said = "This value must be greater than or equal to 1."
        raise Problem(said, code="parameter_invalid_integer", param="amount")
    if amount > state.balances.get(owner, 0):
        said = "You have insufficient funds in your Stripe account for this payout."
        raise Problem(said, code="balance_insufficient")
    return _make(state, owner, amount, given, automatic=False)


def create_automatic(state: State, owner: str) -> Object:
    """Pay out all that is there, as Stripe does by itself each day."""
    amount = state.balances.get(owner, 0)
    if not amount:
        raise Problem("There is nothing to pay out.", code="balance_insufficient")
    held = [one for one in state.of_kind("balance_transaction", owner) if "_payout" not in one]
    made = _make(state, owner, amount, {}, automatic=True)
    for one in held:
        one["_payout"] = made["id"]
    return made


def settle(state: State, payout: Object, ends: str, failure_code: str = "no_account") -> None:
    """End a payout: it is in the bank, or its money comes back. One that is paid may still fail."""
    before, is_waiting = payout["status"], payout["status"] == "pending"
    if not (is_waiting or (before == "paid" and ends == "failed")):
        raise Problem(f"Payout {payout['id']} has a status of {before}.", param="payout")
    payout["status"], payout["_ends"] = ends, None
    if ends != "paid":
        type = "payout_cancel" if ends == "canceled" else "payout_failure"
        payout["failure_balance_transaction"] = state.book(
            payout["_owner"], type, payout["amount"], payout["id"], category="payout_reversal"
        )
    if ends == "failed":
        payout |= {"failure_code": failure_code, "failure_message": FAILURES[failure_code]}
    state.tell(f"payout.{ends}", payout, {"status": before})
    state.tell("payout.updated", payout, {"status": before})
    if payout["automatic"] and payout["reconciliation_status"] == "in_progress":
        payout["reconciliation_status"] = "completed"
        state.tell("payout.reconciliation_completed", payout)


def cancel(state: State, id: str, owner: str) -> Object:
    """Cancel a payout made by hand that has not left yet."""
    payout = state.find("payout", id, owner)
    if payout["automatic"] or payout["status"] != "pending":
        raise Problem("Payouts can only be canceled if they are pending.", param="payout")
    settle(state, payout, "canceled")
    return payout


def transactions(state: State, id: str, owner: str) -> list[Object]:
    """Return what an automatic payout is made of, itself included, the oldest first."""
    payout = state.find("payout", id, owner, "payout", 400)
    if not payout["automatic"]:
        said = (
            "Balance transaction history can only be filtered on automatic transfers, not manual."
        )
        raise Problem(said, param="payout")
    return list(state.of_kind("balance_transaction", owner, _payout=id))


def _make(
    state: State, owner: str, amount: int, given: dict[str, Any], *, automatic: bool
) -> Object:  # fmt: skip
    made = state.add(
        "po", "payout", owner, amount=amount, application_fee=None, application_fee_amount=None,
        arrival_date=int(time.time()) + DAYS_ON_THE_WAY * 86_400, automatic=automatic,
        balance_transaction=None, currency="eur", description=given.get("description"),
        destination="ba_sandbox", failure_balance_transaction=None, failure_code=None,
        failure_message=None, livemode=False, metadata=given.get("metadata", {}),
        method="standard", original_payout=None, payout_method=None,
        reconciliation_status="in_progress" if automatic else "not_applicable",
        reversed_by=None, source_type="card", status="pending", trace_id=None,
        statement_descriptor=given.get("statement_descriptor"), type="bank_account", _ends="paid",
    )  # fmt: skip
    made["balance_transaction"] = state.book(owner, "payout", -amount, made["id"])
    if automatic:
        state.objects[made["balance_transaction"]]["_payout"] = made["id"]
    state.tell("payout.created", made)
    return made
