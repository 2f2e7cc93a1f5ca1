"""The other grounds of a claim: whether each applies by its dates, and what it entitles to."""

from datetime import datetime

from backoffice.core.clock import paris_day
from backoffice.core.text import Text, text
from backoffice.marketplace.buyer_rights.fact import (
    FROM_CLAIM,
    HOUSE,
    Dates,
    Fact,
    Outcome,
    day,
    days,
)
from backoffice.marketplace.buyer_rights.periods import (
    CONFORMITY_MONTHS,
    LEGAL_DELIVERY_DAYS,
    days_after,
    law_days_after,
    law_months_after,
)

NOT_RECEIVED = text("The order is not delivered: there is nothing to compare yet.")


def conformity(order: Dates, asked_at: datetime) -> Fact:
    """Say whether the guarantee of conformity runs: 2 years, the defect presumed all along."""
    name = text("Guarantee of conformity")
    if order.delivered_at is None:
        headline = text("%(name)s: not begun", name=name)
        return _fact("conformity", Outcome.NONE, headline, NOT_RECEIVED, "C. conso., L217-3")
    last = law_months_after(order.delivered_at, CONFORMITY_MONTHS)
    if paris_day(asked_at) > last:
        return _fact(
            "conformity", Outcome.BAD, text("%(name)s: ended", name=name),
            text("It ran until %(last)s.", last=day(last)), "C. conso., L217-3",
        )  # fmt: skip
    return _fact(
        "conformity", Outcome.OK, text("%(name)s: applies", name=name),
        text("A defect that appears by %(last)s is presumed to have been there at delivery; for"
             " second-hand goods, only in the first 12 months.", last=day(last)),
        "C. conso., L217-7",
    )  # fmt: skip


def hidden_defect(order: Dates) -> Fact:
    """Say that a hidden defect is the buyer's to prove, within 2 years of its discovery."""
    name = text("Hidden defect")
    if order.delivered_at is None:
        headline = text("%(name)s: not begun", name=name)
        return _fact("hidden_defect", Outcome.NONE, headline, NOT_RECEIVED, "C. civ., 1641")
    return _fact(
        "hidden_defect", Outcome.WARN, text("%(name)s: the buyer proves it", name=name),
        text("Within 2 years of its discovery, the buyer shows a defect older than the sale."),
        "C. civ., 1641, 1648",
    )  # fmt: skip


def not_delivered(order: Dates, at: datetime, deliver_days: int) -> Fact:
    """Say what a claim of non-delivery stands on: the seller disproves it (L216-2)."""
    name = text("Not delivered")
    if order.delivered_at is not None:
        return _fact(
            "not_delivered", Outcome.WARN, text("%(name)s: the carrier says delivered", name=name),
            text("Delivered on %(day)s, as we were told. The risk passes with possession: the"
                 " seller proves that the buyer had it.", day=day(paris_day(order.delivered_at))),
            "C. conso., L216-2",
        )  # fmt: skip
    return _undelivered("not_delivered", name, order, at, deliver_days)


def late(order: Dates, at: datetime, deliver_days: int) -> Fact:
    """Say whether a delay only breaks the house's promise, or lets the buyer end the sale."""
    name = text("Delivered late")
    if order.delivered_at is None:
        return _undelivered("late", name, order, at, deliver_days)
    legal = law_days_after(order.ordered_at, LEGAL_DELIVERY_DAYS)
    arrived = paris_day(order.delivered_at)
    if arrived > legal:
        return _fact(
            "late", Outcome.OK, text("%(name)s: past the legal term", name=name),
            text("Delivered on %(day)s, legal term %(last)s: the buyer may end the sale after a"
                 " notice that stayed without effect.", day=day(arrived), last=day(legal)),
            "C. conso., L216-1, L216-6",
        )  # fmt: skip
    if order.paid_at is not None and arrived > days_after(order.paid_at, deliver_days):
        return _fact("late", Outcome.WARN, text("%(name)s: the seller’s fault", name=name),
                     _fault_only(legal), HOUSE)  # fmt: skip
    return _fact(
        "late", Outcome.BAD, text("%(name)s: does not apply", name=name),
        text("Delivered on %(day)s, in time.", day=day(arrived)), HOUSE,
    )  # fmt: skip


def _undelivered(
    about: str, name: Text, order: Dates, at: datetime, deliver_days: int
) -> Fact:  # fmt: skip
    legal, today = law_days_after(order.ordered_at, LEGAL_DELIVERY_DAYS), paris_day(at)
    if today > legal:
        return _fact(
            about, Outcome.OK, text("%(name)s: applies", name=name),
            text("The legal term ended on %(last)s, %(days)s ago: the buyer may end the sale after"
                 " a notice that stayed without effect.",
                 last=day(legal), days=days((today - legal).days)),
            "C. conso., L216-1, L216-6",
        )  # fmt: skip
    if order.paid_at is not None and today > days_after(order.paid_at, deliver_days):
        headline = text("%(name)s: the seller’s fault", name=name)
        return _fact(about, Outcome.WARN, headline, _fault_only(legal), HOUSE)
    return _fact(
        about, Outcome.NONE, text("%(name)s: still in time", name=name),
        text("The legal term runs until %(last)s.", last=day(legal)), "C. conso., L216-1",
    )  # fmt: skip


def _fault_only(legal: object) -> Text:
    return text(
        "Our days are past, the legal term is %(last)s: a fault, not yet a ground to end the sale.",
        last=str(legal),
    )


def ordered_by_mistake(order: Dates, asked_at: datetime, return_days: int) -> Fact:
    """Say that a mistake gives what a return gives, at the buyer's freight."""
    name = text("Ordered by mistake")
    delivered_at = order.delivered_at
    if delivered_at is None or paris_day(asked_at) <= days_after(delivered_at, return_days):
        return _fact(
            "ordered_by_mistake", Outcome.OK, text("%(name)s: as a return", name=name),
            text("The buyer sends the goods back and pays for it."), HOUSE,
        )  # fmt: skip
    return _fact(
        "ordered_by_mistake", Outcome.BAD, text("%(name)s: does not apply", name=name),
        text("The return was asked for after %(days)s.", days=days(return_days)), HOUSE,
    )  # fmt: skip


def counterfeit() -> Fact:
    """Say that a counterfeit is never what was sold, once shown to be one."""
    return _fact(
        "counterfeit", Outcome.WARN, text("Counterfeit: to be shown"),
        text("Once shown, the whole price goes back, at any time; the goods must not be sold"
             " again."), HOUSE,
    )  # fmt: skip


def _fact(about: str, outcome: Outcome, headline: Text, detail: Text, rule: str) -> Fact:
    return Fact(about, outcome, headline, detail, rule, FROM_CLAIM)
