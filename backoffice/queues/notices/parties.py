"""Who is at the other end of a notice: who reports, and the sellers of what is reported."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from backoffice.core.party import Party
from backoffice.marketplace.seller import Seller
from backoffice.queues.notices.forms import sellers_of
from backoffice.queues.notices.model import Notice


def notifier_party(session: Session, notice: Notice) -> Party:
    """Return who reports; without an address where the law lets one report unnamed."""
    return Party("notifier", notice.notifier_id or 0, notice.name, notice.email, notice.locale)


def seller_party(seller: Seller) -> Party:
    """Return a seller as a party."""
    return Party("seller", seller.id, seller.representative, seller.contact_email, seller.locale)


def sellers(session: Session, notice: Notice) -> Sequence[Party]:
    """Return the sellers of what is reported."""
    return [seller_party(one) for one in sellers_of(notice)]
