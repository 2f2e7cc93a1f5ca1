"""Until when a refund is due by law, and what the price grows by when it comes later."""

from datetime import date, datetime
from typing import NamedTuple

from backoffice.core.clock import paris_day
from backoffice.core.money import euros
from backoffice.core.text import Text, text
from backoffice.marketplace.buyer_rights.fact import (
    FROM_CLAIM,
    Dates,
    Fact,
    Outcome,
    day,
    days,
)
from backoffice.marketplace.buyer_rights.periods import REFUND_DAYS, law_days_after

WITHDRAWAL_SCALE = ((10, None), (20, 500), (30, 1000), (60, 2000), (90, 5000))
"""C. conso. L242-4: up to so many days late, the price grows by so many basis points; None stands
for the legal rate of interest, which a decree sets twice a year."""
MONTH_DAYS, MONTH_BP, PRICE_BP = (
    30,
    500,
    10_000,
)  # beyond 90 days, each month begun, up to the price
DELIVERY_SCALE = ((14, 1000), (30, 2000))  # C. conso. L241-4
DELIVERY_BEYOND_BP = 5000


class Term(NamedTuple):
    """A term of law for a refund: its last day, or what it still waits for."""

    rule: str
    surcharge: str  # the article that raises what is paid later, if any
    last: date | Text


def term_of(basis: str, order: Dates, asked_at: datetime) -> Term | None:
    """Return the law's term for a refund on a ground that applies; None where it sets none."""
    sent_back = [at for at in (order.return_shipped_at, order.returned_at) if at is not None]
    proof_at = min(sent_back, default=None)
    informed = law_days_after(asked_at, REFUND_DAYS)
    match basis:
        case "withdrawal":
            return _after_withdrawal(order, informed, proof_at)
        case "conformity":
            return _after_return(proof_at)
        case "not_delivered" | "late":
            return Term("C. conso., L216-7", "L241-4", informed)
    return None


def _after_return(proof_at: datetime | None) -> Term:
    if proof_at is not None:
        return Term("C. conso., L217-17", "", law_days_after(proof_at, REFUND_DAYS))
    waits = text("Within %(days)s of the goods’ return, or of the proof of their dispatch.",
                 days=days(REFUND_DAYS))  # fmt: skip
    return Term("C. conso., L217-17", "", waits)


def _after_withdrawal(order: Dates, informed: date, proof_at: datetime | None) -> Term:
    rule = ("C. conso., L221-24", "L242-4")
    if proof_at is not None:
        return Term(*rule, max(informed, paris_day(proof_at)))
    if order.delivered_at is None:
        return Term(*rule, informed)
    waits = text(
        "Due by %(last)s; it may wait until the goods are back or a proof of dispatch is there,"
        " whichever comes first.", last=day(informed),
    )  # fmt: skip
    return Term(*rule, waits)


def withdrawal_surcharge_bp(days_late: int) -> int | None:
    """Return by how much L242-4 raises what is due, in basis points; None at the legal rate."""
    for up_to, raised_bp in WITHDRAWAL_SCALE:
        if days_late <= up_to:
            return raised_bp
    last_days, last_bp = WITHDRAWAL_SCALE[-1]
    months = -(-(days_late - last_days) // MONTH_DAYS)
    return min(PRICE_BP, (last_bp or 0) + MONTH_BP * months)


def delivery_surcharge_bp(days_late: int) -> int:
    """Return by how much L241-4 raises the price after an undelivered order, in basis points."""
    for up_to, raised_bp in DELIVERY_SCALE:
        if days_late <= up_to:
            return raised_bp
    return DELIVERY_BEYOND_BP


def refund_term(term: Term, at: datetime, amount_minor: int) -> Fact:
    """Say until when the refund is due, and what its lateness costs by law so far."""
    if isinstance(term.last, Text):
        headline = text("Refund: may wait for the goods")
        return _fact(Outcome.NONE, headline, term.last, term.rule)
    late = (paris_day(at) - term.last).days
    if late <= 0:
        headline = text("Refund due by %(last)s", last=day(term.last))
        detail = text("By the same means of payment, at no cost to the buyer.")
        return _fact(Outcome.NONE, headline, detail, term.rule)
    cost = _cost(term.surcharge, late, amount_minor)
    return _fact(
        Outcome.WARN, text("Refund late by %(days)s", days=days(late)),
        text("It was due by %(last)s. %(cost)s", last=day(term.last), cost=cost),
        ", ".join(filter(None, (term.rule, term.surcharge))),
    )  # fmt: skip


def _cost(surcharge: str, late: int, amount_minor: int) -> Text:
    if not surcharge:
        return text("The law sets no surcharge for it.")
    raises = delivery_surcharge_bp if surcharge == "L241-4" else withdrawal_surcharge_bp
    raised_bp, price = raises(late), euros(amount_minor)
    if raised_bp is None:
        return text("Up to 10 days late, %(price)s grows by the legal rate of interest:"
                    " price × rate × %(number)s ÷ 365.", price=price, number=late)  # fmt: skip
    return text(
        "The law raises %(price)s by %(percent)s%%, that is by %(amount)s.", price=price,
        percent=raised_bp // 100, amount=euros(surcharge_minor(amount_minor, raised_bp)),
    )  # fmt: skip


def surcharge_minor(amount_minor: int, raised_bp: int) -> int:
    """Return a surcharge in cents; half a cent rounds up."""
    return (2 * amount_minor * raised_bp + 10_000) // 20_000


def _fact(outcome: Outcome, headline: Text, detail: Text, rule: str) -> Fact:
    return Fact("refund_term", outcome, headline, detail, rule, FROM_CLAIM)
