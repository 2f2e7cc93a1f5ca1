"""Who is at either end of a dispute: the seller who contests, the buyer who claims."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from backoffice.core.party import Party
from backoffice.queues.disputes.model import Dispute


def seller_party(session: Session, dispute: Dispute) -> Party:
    """Return the seller, who holds the refund request unjustified."""
    seller = dispute.order.seller
    return Party("seller", seller.id, seller.representative, seller.contact_email, seller.locale)


def buyer_party(session: Session, dispute: Dispute) -> Party:
    """Return the buyer, who wants money back."""
    buyer = dispute.order.buyer
    return Party("buyer", buyer.id, buyer.name, buyer.email, buyer.locale)


def buyers(session: Session, dispute: Dispute) -> Sequence[Party]:
    """Return the other side, as a queue names it."""
    return [buyer_party(session, dispute)]


SIDES = {"buyer": buyer_party, "seller": seller_party}
