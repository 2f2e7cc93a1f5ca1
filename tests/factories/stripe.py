"""What Stripe would tell of one sale: its objects, shaped as in its reference, and its events."""

from copy import deepcopy
from datetime import UTC, datetime
from itertools import count
from typing import Any

_numbers = count(1)
START = int(datetime(2026, 11, 2, 9, tzinfo=UTC).timestamp())
API_VERSION = "2026-10-28.endive"


def new_id(prefix: str) -> str:
    """Return an id that no other object has."""
    return f"{prefix}_{next(_numbers):016d}"


def make_event(type_: str, told: dict[str, Any], created: int, account: str | None = None) -> Any:
    """Return an event that tells an object as it is at this moment."""
    event = {
        "id": new_id("evt"),
        "object": "event",
        "type": type_,
        "api_version": API_VERSION,
        "created": created,
        "livemode": False,
        "data": {"object": deepcopy(told)},
    }
    return event | ({"account": account} if account else {})


class Sale:
    """One charge and all that follows from it, in cents; `events` is what Stripe tells, in order.

    `gross`: the whole charge goes to the seller and the fee is collected from there, as Stripe
    does; else the seller is sent the net. `direct`: the charge lies on the seller's account.
    `balance` is what all this left on our own balance.
    """

    def __init__(
        self, order: str, amount: int, fee: int, *, gross: bool = True, direct: bool = False,
        at: int = START,
    ) -> None:  # fmt: skip
        self.events: list[Any] = []
        self.gross, self.account = gross, new_id("acct") if direct else None
        self._at, self.balance = at, 0
        self.charge = self._object("ch", "charge", amount, {
            "status": "succeeded", "captured": True, "paid": True, "refunded": False,
            "amount_captured": amount, "amount_refunded": 0, "metadata": {"order": order},
        })  # fmt: skip
        self.charge["balance_transaction"] = self._balance(amount, fee=25 + amount * 14 // 1000)
        self.balance += 0 if direct else self.charge["balance_transaction"]["net"]
        self._tell("charge.succeeded", self.charge, self.account)
        sent = amount if gross else amount - fee
        self.transfer = self._object("tr", "transfer", sent, {
            "source_transaction": self.charge["id"], "amount_reversed": 0, "metadata": {},
            "balance_transaction": new_id("txn"), "reversals": _list(),
        })  # fmt: skip
        self.fee = self._object("fee", "application_fee", fee, {
            "charge": self.charge["id"] if direct else new_id("py"),
            "originating_transaction": None if direct else self.charge["id"],
            "amount_refunded": 0, "refunds": _list(),
            "balance_transaction": new_id("txn") if gross or direct else None,
        })  # fmt: skip
        if not direct:
            self.balance -= sent
            self._tell("transfer.created", self.transfer)
        if fee:
            self.balance += fee if self.fee["balance_transaction"] else 0
            self._tell("application_fee.created", self.fee)

    def go_to(self, second: int) -> None:
        """Let time pass at Stripe until a second; it never goes back."""
        self._at = max(self._at, second)

    def refund(
        self, amount: int, *, fee_back: int = 0, reverse: int = 0, refund: int | None = None,
        status: str = "succeeded",
    ) -> dict[str, Any]:  # fmt: skip
        """Refund a part; give `fee_back` of the fee, take `reverse` from the seller."""
        told = self._object("re", "refund", amount, {
            "charge": self.charge["id"], "status": status, "balance_transaction": new_id("txn"),
            "metadata": {} if refund is None else {"refund": str(refund)},
        })  # fmt: skip
        self.balance -= amount if status == "succeeded" and not self.account else 0
        self._tell("refund.created", told, self.account)
        self.charge["amount_refunded"] += amount
        self._tell("charge.refunded", self.charge, self.account)
        if reverse:
            self.reverse(reverse)
        if fee_back:
            self.give_fee_back(fee_back)
        return told

    def end_refund(self, told: dict[str, Any], status: str, *, came_back: bool = False) -> None:
        """Tell how a refund that was made ends: it succeeded, or failed with a reason."""
        has_left, told["status"] = told["status"] == "succeeded", status
        if not self.account and has_left != (status == "succeeded"):
            self.balance += told["amount"] if has_left else -told["amount"]
        if status == "failed":
            self.charge["amount_refunded"] -= told["amount"]
            told["failure_reason"] = "expired_or_canceled_card"
            if came_back:
                told["failure_balance_transaction"] = new_id("txn")
        self._tell("refund.updated", told, self.account)
        if status == "failed":
            self._tell("refund.failed", told, self.account)

    def reverse(self, amount: int) -> None:
        """Take money back from the seller."""
        self.transfer["amount_reversed"] += amount
        self.balance += amount
        reversal = self._object("trr", "transfer_reversal", amount, {
            "transfer": self.transfer["id"], "balance_transaction": new_id("txn"),
        })  # fmt: skip
        self.transfer["reversals"]["data"].insert(0, reversal)
        self._tell("transfer.reversed", self.transfer)

    def give_fee_back(self, amount: int) -> None:
        """Give a part of the fee back to the seller."""
        self.fee["amount_refunded"] += amount
        moved = self.gross or self.account
        self.balance -= amount if moved else 0
        refund = self._object("fr", "fee_refund", amount, {
            "fee": self.fee["id"], "balance_transaction": new_id("txn") if moved else None,
        })  # fmt: skip
        self.fee["refunds"]["data"].insert(0, refund)
        self._tell("application_fee.refunded", self.fee)

    def chargeback(self, amount: int, ends: str | None = None) -> dict[str, Any]:
        """Let the bank take money back; `ends` won or lost."""
        told = self._object("dp", "dispute", amount, {
            "charge": self.charge["id"], "status": "needs_response", "reason": "fraudulent",
            "balance_transactions": [],
        })  # fmt: skip
        self._tell("charge.dispute.created", told, self.account)
        self._book(told, self._balance(-amount, fee=1500))
        self._tell("charge.dispute.funds_withdrawn", told, self.account)
        if ends is not None:
            self.end_chargeback(told, ends)
        return told

    def end_chargeback(self, told: dict[str, Any], status: str) -> None:
        """Let the bank decide."""
        told["status"] = status
        self._tell("charge.dispute.closed", told, self.account)
        if status == "won":
            self._book(told, self._balance(told["amount"], fee=-1500))
            self._tell("charge.dispute.funds_reinstated", told, self.account)

    def compensate(self, amount: int, refund: int) -> None:
        """Pay the seller out of our own balance."""
        told = self._object("tr", "transfer", amount, {
            "source_transaction": None, "amount_reversed": 0, "reversals": _list(),
            "metadata": {"refund": str(refund)}, "balance_transaction": new_id("txn"),
        })  # fmt: skip
        self.balance -= amount
        self._tell("transfer.created", told)

    def _book(self, dispute: dict[str, Any], move: dict[str, Any]) -> None:
        dispute["balance_transactions"].append(move)
        self.balance += 0 if self.account else move["net"]

    def _object(self, prefix: str, name: str, amount: int, more: dict[str, Any]) -> dict[str, Any]:
        self._at += 1
        common = {"id": new_id(prefix), "object": name, "amount": amount, "currency": "eur"}
        return {**common, "created": self._at, **more}

    def _balance(self, amount: int, *, fee: int) -> dict[str, Any]:
        more = {"fee": fee, "net": amount - fee, "type": "adjustment", "status": "available"}
        return self._object("txn", "balance_transaction", amount, more)

    def _tell(self, type_: str, told: dict[str, Any], account: str | None = None) -> None:
        self._at += 1
        self.events.append(make_event(type_, told, self._at, account))


def _list() -> dict[str, Any]:
    return {"object": "list", "data": [], "has_more": False}
