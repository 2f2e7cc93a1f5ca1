"""What a dispute is about, in words: the goods, and what is asked for them."""

from backoffice.core.money import euros
from backoffice.marketplace.order import OrderLine
from backoffice.queues.disputes.model import Dispute


def lines_of(dispute: Dispute) -> list[OrderLine]:
    """Return the lines that the claim names; without any, all of the order."""
    named = [one for one in dispute.order.lines if one.external_id in dispute.lines]
    return named or list(dispute.order.lines)


def goods_of(dispute: Dispute) -> str:
    """Return the first article, and how many more there are."""
    first, *others = lines_of(dispute)
    return first.title + (f" (+{len(others)})" if others else "")


def title_of(dispute: Dispute) -> str:
    """Return the goods and the amount, as lists and pages head a case."""
    return f"{goods_of(dispute)}, {euros(dispute.amount_minor)['fr']}"
