"""The house's promises: shipped within 2 days of payment, delivered within 4."""

from datetime import datetime

from backoffice.core.clock import days_between, paris_day
from backoffice.core.text import Text, text
from backoffice.marketplace.buyer_rights.fact import (
    FROM_ORDER,
    HOUSE,
    Dates,
    Fact,
    Outcome,
    day,
    days,
)
from backoffice.marketplace.buyer_rights.periods import days_after


def shipping(order: Dates, at: datetime, ship_days: int) -> Fact | None:
    """Say whether it was shipped in time; None where nothing had to be, or it arrived unscanned."""
    if order.paid_at is None or (order.shipped_at is None and _is_over(order)):
        return None
    within = days(ship_days)
    last = days_after(order.paid_at, ship_days)
    if order.shipped_at is not None:
        after = days_between(order.paid_at, order.shipped_at)
        detail = text(
            "First scan by the carrier on %(day)s, %(days)s after payment.",
            day=day(paris_day(order.shipped_at)), days=days(max(0, after)),
        )  # fmt: skip
        if after <= ship_days:
            return _shipping(Outcome.OK, text("Shipped within %(days)s", days=within), detail)
        return _shipping(Outcome.WARN, text("Shipped after %(days)s", days=days(after)), detail)
    if paris_day(at) <= last:
        headline = text("Not shipped yet")
        return _shipping(Outcome.NONE, headline, text("In time until %(last)s.", last=day(last)))
    headline = text("Not shipped after %(days)s", days=within)
    return _shipping(
        Outcome.WARN, headline, text("It should have left by %(last)s.", last=day(last))
    )


def delivery(order: Dates, at: datetime, deliver_days: int) -> Fact:
    """Say whether it was delivered in time, or late by how much; late is not delivered by then."""
    if order.paid_at is None:
        return _delivery(
            Outcome.NONE,
            text("Delivery: nothing due"),
            text("We know of no payment of this order."),
        )
    last = days_after(order.paid_at, deliver_days)
    if order.delivered_at is None and order.cancelled_at is not None:
        headline = text("Delivery: nothing due")
        return _delivery(Outcome.NONE, headline, text("The order was cancelled."))
    end = order.delivered_at or at
    late = (paris_day(end) - last).days
    within = days(deliver_days)
    if order.delivered_at is None:
        detail = text("Paid on %(paid)s, to be delivered by %(last)s.",
                      paid=day(paris_day(order.paid_at)), last=day(last))  # fmt: skip
        if late <= 0:
            return _delivery(Outcome.NONE, text("Not delivered yet, in time"), detail)
        return _delivery(
            Outcome.BAD, text("Not delivered, late by %(days)s", days=days(late)), detail
        )
    detail = text("Paid on %(paid)s, delivered on %(day)s, last day %(last)s.",
                  paid=day(paris_day(order.paid_at)), day=day(paris_day(end)),
                  last=day(last))  # fmt: skip
    if late <= 0:
        return _delivery(Outcome.OK, text("Delivered within %(days)s", days=within), detail)
    return _delivery(Outcome.BAD, text("Delivered late by %(days)s", days=days(late)), detail)


def _is_over(order: Dates) -> bool:
    return order.delivered_at is not None or order.cancelled_at is not None


def _shipping(outcome: Outcome, headline: Text, detail: Text) -> Fact:
    return Fact("shipping", outcome, headline, detail, HOUSE, FROM_ORDER)


def _delivery(outcome: Outcome, headline: Text, detail: Text) -> Fact:
    return Fact("delivery", outcome, headline, detail, HOUSE, FROM_ORDER)
