"""What a seller's page shows besides its profile: its cases and the changes of its data."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.marketplace.seller import Seller, SellerHistory

SHOWN_MAX = 100


def cases_of(session: Session, seller: Seller, queues: set[str]) -> Sequence[Case]:
    """Return the seller's newest cases in these queues."""
    return session.scalars(
        select(Case)
        .where(Case.seller_id == seller.id, Case.queue.in_(queues))
        .order_by(Case.id.desc())
        .limit(SHOWN_MAX)
    ).all()


def history_of(session: Session, seller: Seller) -> Sequence[SellerHistory]:
    """Return the newest changes of the seller's profile."""
    return session.scalars(
        select(SellerHistory)
        .where(SellerHistory.seller_id == seller.id)
        .order_by(SellerHistory.id.desc())
        .limit(SHOWN_MAX)
    ).all()
