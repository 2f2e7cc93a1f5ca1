"""Sending goods back: the house's 30 days, the law's 14, who pays, what a refund waits for."""

from datetime import datetime

from backoffice.core.clock import days_between, paris_day
from backoffice.core.text import Text, text
from backoffice.marketplace.buyer_rights.fact import (
    FROM_BASIS,
    FROM_CLAIM,
    HOUSE,
    Dates,
    Fact,
    Outcome,
    day,
    days,
)
from backoffice.marketplace.buyer_rights.periods import days_after, law_days_after

WITHDRAWAL_LAW = "C. conso., L221-18"
NEVER_RETURNED = frozenset({"not_delivered", "counterfeit"})
"""Grounds whose goods do not come back: they never came, or must not be sold again."""
PROOF_IS_ENOUGH = frozenset({"withdrawal", "conformity"})
"""Grounds where a proof of dispatch ends the wait (C. conso. L221-24, L217-17)."""


def return_window(order: Dates, asked_at: datetime, return_days: int) -> Fact:
    """Say whether the return was asked for within the house's days from delivery."""
    if order.delivered_at is None:
        return _window(
            Outcome.NONE,
            text("Return within %(days)s: not begun", days=days(return_days)),
            text("The order is not delivered: the days count from delivery."),
        )
    last = days_after(order.delivered_at, return_days)
    number = days_between(order.delivered_at, asked_at)
    detail = text("Asked for on day %(number)s, last day %(last)s.", number=number, last=day(last))
    if number <= 0:
        detail = text("Asked for by the day of delivery, last day %(last)s.", last=day(last))
    if number <= return_days:
        headline = text("Return within %(days)s: in time", days=days(return_days))
        return _window(Outcome.OK, headline, detail)
    headline = text("Return within %(days)s: too late", days=days(return_days))
    return _window(Outcome.BAD, headline, detail)


def withdrawal(
    order: Dates, asked_at: datetime, *, is_claimed: bool, withdrawal_days: int, return_days: int
) -> Fact:
    """Say whether the buyer withdrew in time; later, within the house's days, it is a return."""
    name = text("Withdrawal within %(days)s", days=days(withdrawal_days))
    if order.delivered_at is None:
        return _withdrawal(
            Outcome.OK,
            text("%(name)s: open", name=name),
            text("The order is not delivered: a buyer may withdraw from the day of the order on."),
        )
    last = law_days_after(order.delivered_at, withdrawal_days)
    asked = paris_day(asked_at)
    if asked <= last:
        detail = text("Asked for on %(day)s, last day %(last)s.", day=day(asked), last=day(last))
        return _withdrawal(Outcome.OK, text("%(name)s: in time", name=name), detail)
    past = text("Ended on %(last)s, %(days)s before the claim.",
                last=day(last), days=days((asked - last).days))  # fmt: skip
    if not is_claimed:
        return _withdrawal(Outcome.NONE, text("%(name)s: no effect", name=name), past)
    if asked <= days_after(order.delivered_at, return_days):
        headline = text("%(name)s: too late, a return by contract", name=name)
        return _withdrawal(Outcome.WARN, headline, past)
    return _withdrawal(Outcome.BAD, text("%(name)s: too late", name=name), past)


def freight(basis: str) -> Fact:
    """Say who pays the return: the buyer when he ordered by mistake, else the seller."""
    if basis == "not_delivered":
        return _freight(text("Return freight: none"), text("There is nothing to send back."), HOUSE)
    if basis == "ordered_by_mistake":
        return _freight(text("Return freight: the buyer pays"), text("Ordered by mistake."), HOUSE)
    by_law = {
        "withdrawal": (
            text("By law the buyer would pay; sellers agree to pay by our terms."),
            "C. conso., L221-23",
        ),
        "conformity": (
            text("The seller bears it, and pays it back within 14 days."), "C. conso., L241-6"
        ),
    }  # fmt: skip
    detail, rule = by_law.get(basis, (text("Not ordered by mistake."), HOUSE))
    return _freight(text("Return freight: the seller pays"), detail, rule)


def waits_for_return(basis: str, order: Dates) -> bool:
    """Tell whether a refund on this ground waits, unless decided otherwise, for the goods."""
    if basis in NEVER_RETURNED or order.returned_at is not None:
        return False
    if basis in PROOF_IS_ENOUGH and order.return_shipped_at is not None:
        return False
    return order.delivered_at is not None


def _window(outcome: Outcome, headline: Text, detail: Text) -> Fact:
    return Fact("return_30_days", outcome, headline, detail, HOUSE, FROM_CLAIM)


def _withdrawal(outcome: Outcome, headline: Text, detail: Text) -> Fact:
    return Fact("withdrawal", outcome, headline, detail, WITHDRAWAL_LAW, FROM_CLAIM)


def _freight(headline: Text, detail: Text, rule: str) -> Fact:
    return Fact("freight", Outcome.NONE, headline, detail, rule, FROM_BASIS)
