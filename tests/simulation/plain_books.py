"""The books as a plain dictionary: what Stripe's objects and people's acts should have posted."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

from backoffice.core.clock import paris_day

Told = Mapping[str, Any]
Account = tuple[str, int | None]  # code, seller


class Posted(NamedTuple):
    """One entry: its day, and cents by account and seller."""

    day: date
    lines: Mapping[Account, int]


@dataclass
class PlainBooks:
    """What should stand in the books, by idempotency key; amounts in cents."""

    entries: dict[str, Posted] = field(default_factory=dict)
    objects: dict[str, Told] = field(default_factory=dict)  # as told last, by Stripe's id

    def post(self, key: str, day: date, lines: Iterable[tuple[str, int | None, int]]) -> None:
        """Write an entry, once."""
        moved: Counter[Account] = Counter()
        for code, seller, amount in lines:
            moved[code, seller] += amount
        even = {account: amount for account, amount in moved.items() if amount}
        self.entries.setdefault(key, Posted(day, even))

    def reverse(self, key: str, again: str, day: date) -> None:
        """Write the opposite of an entry, once, if it is there."""
        if key in self.entries:
            lines = [(*account, -amount) for account, amount in self.entries[key].lines.items()]
            self.post(again, day, lines)

    def hear(self, event: Told, seller: int | None) -> None:
        """Write what an event tells, as far as nothing newer is known of its object."""
        told = event["data"]["object"]
        known = self.objects.get(told["id"])
        if known is None or event["created"] > known["heard"]:
            known = self.objects[told["id"]] = {**told, "heard": event["created"]}
        getattr(self, f"_{told['object']}")(known, seller, _day(event))

    def balance(self, code: str, seller: int | None = None) -> int:
        """Return what an account holds, of all sellers or of one."""
        return sum(
            amount
            for entry in self.entries.values()
            for (of_code, of_seller), amount in entry.lines.items()
            if of_code == code and seller in (None, of_seller)
        )

    def _charge(self, told: Told, seller: int | None, _: date) -> None:
        paid, fee = told["amount"], told["balance_transaction"]["fee"]
        lines = [("517", None, paid - fee), ("6278", None, fee), ("4671", seller, -paid)]
        self.post(f"charge:{told['id']}", _day(told), lines)

    def _transfer(self, told: Told, seller: int | None, _: date) -> None:
        self._sent(f"transfer:{told['id']}", told, seller, told["amount"])
        for back in told["reversals"]["data"]:
            self._sent(f"transfer_reversal:{back['id']}", back, seller, -back["amount"])

    def _application_fee(self, told: Told, seller: int | None, _: date) -> None:
        self._earned(f"fee:{told['id']}", told, seller, 0, told["amount"])
        back = 0
        for refund in reversed(told["refunds"]["data"]):
            key = f"fee_refund:{refund['id']}"
            self._earned(key, refund, seller, back + refund["amount"], back)
            back += refund["amount"]

    def _refund(self, told: Told, seller: int | None, at: date) -> None:
        key = f"refund:{told['id']}"
        if told["status"] == "succeeded" or told.get("failure_balance_transaction"):
            self._sent(f"{key}:succeeded", told, seller, told["amount"])
        if told["status"] == "failed":
            self.reverse(f"{key}:succeeded", f"{key}:failed", at)

    def _dispute(self, told: Told, seller: int | None, _: date) -> None:
        for move in told["balance_transactions"]:
            amount, fee = move["amount"], move["fee"]
            name = "withdrawn" if amount < 0 else "reinstated"
            lines = [("517", None, amount - fee), ("6278", None, fee), ("4671", seller, -amount)]
            self.post(f"dispute:{told['id']}:{name}", _day(move), lines)

    def _payout(self, told: Told, _: int | None, at: date) -> None:
        key, amount = f"payout:{told['id']}", told["amount"]
        self.post(key, _day(told), [("580", None, amount), ("517", None, -amount)])
        if told["status"] == "failed":
            for one in (key, f"{key}:bank"):
                self.reverse(one, f"{one}:failed", at)

    def _sent(self, key: str, told: Told, seller: int | None, amount: int) -> None:
        self.post(key, _day(told), [("4671", seller, amount), ("517", None, -amount)])

    def _earned(self, key: str, told: Told, seller: int | None, start: int, end: int) -> None:
        """Write a part of a commission: what was earned until its end less until its start."""
        net, gross = net_of(end) - net_of(start), end - start
        lines = [("706200", None, -net), ("44571", None, net - gross), ("4671", seller, gross)]
        if told["balance_transaction"]:
            lines += [("517", None, gross), ("4671", seller, -gross)]
        self.post(key, _day(told), lines)


def net_of(gross_minor: int) -> int:
    """Return an amount without its 20 % of VAT, half a cent up."""
    return floor(Fraction(gross_minor * 10, 12) + Fraction(1, 2))


def _day(told: Told) -> date:
    return paris_day(datetime.fromtimestamp(told["created"], UTC))
