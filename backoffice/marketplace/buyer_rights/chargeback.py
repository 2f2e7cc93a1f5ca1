"""Whether the buyer's bank contests the payment, as Stripe told it."""

from datetime import datetime

from backoffice.core.clock import day_of
from backoffice.core.text import N_, text
from backoffice.marketplace.buyer_rights.fact import FROM_STRIPE, Fact, Outcome

RULE = N_("House rule: a chargeback locks the refund")


def chargeback_fact(told_at: datetime | None) -> Fact:
    """Say whether a chargeback is open; `told_at` is when Stripe last spoke of one that is."""
    if told_at is None:
        headline, detail = text("Chargeback: none"), text("The refund is not locked.")
        return Fact("chargeback", Outcome.OK, headline, detail, RULE, FROM_STRIPE)
    return Fact(
        "chargeback", Outcome.BAD, text("Chargeback: open"),
        text("The buyer’s bank contests the payment, as told on %(day)s: no refund until it is"
             " settled.", day=day_of(told_at)),
        RULE, FROM_STRIPE,
    )  # fmt: skip
