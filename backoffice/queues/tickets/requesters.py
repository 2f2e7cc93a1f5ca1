"""Who asks, and whether the order that a question is about is one of theirs."""

from backoffice.core.party import Party
from backoffice.marketplace.order import Order


def is_of(order: Order, requester: Party) -> bool:
    """Tell whether an account has part in an order; who has none may ask about any."""
    if requester.kind == "person":
        return True
    return requester.id == (order.seller_id if requester.kind == "seller" else order.buyer_id)
