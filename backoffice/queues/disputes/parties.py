"""Who is at either end of a dispute: the seller who contests, the buyer who claims."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from backoffice.core.party import Party
from backoffice.queues.disputes.model import Dispute


def seller_party(session: Session, dispute: Dispute) -> Party:
    """Return the seller, who holds the refund request unjustified."""
    return dispute.order.seller.party


def buyer_party(session: Session, dispute: Dispute) -> Party:
    """Return the buyer, who wants money back."""
    return dispute.order.buyer.party


def buyers(session: Session, dispute: Dispute) -> Sequence[Party]:
    """Return the other side, as a queue names it."""
    return [buyer_party(session, dispute)]


SIDES = {"buyer": buyer_party, "seller": seller_party}
