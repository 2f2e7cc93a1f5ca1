"""What a seller's page shows besides its profile: its listings, cases and changes of its data."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.marketplace.listing import Listing, ListingRevision, ListingStatus
from backoffice.marketplace.seller import Seller, SellerHistory
from backoffice.web.pagination import Count, count_up_to

SHOWN_MAX = 100
LISTINGS_MAX = 10


class Offered(NamedTuple):
    """A seller's listings: how many have each status, and the newest with their titles."""

    counts: dict[str, Count]
    newest: Sequence[tuple[Listing, str]]


def listings_of(session: Session, seller: Seller) -> Offered:
    """Return a seller's listings, counted by status; a title is the newest revision's."""
    theirs = select(Listing).where(Listing.seller_id == seller.id)
    counts = {
        status.value: count_up_to(session, theirs.where(Listing.status == status))
        for status in ListingStatus
    }
    newest = (ListingRevision.listing_id == Listing.id) & (
        ListingRevision.number == Listing.last_number
    )
    rows = session.execute(
        theirs.add_columns(ListingRevision.title)
        .join(ListingRevision, newest)
        .order_by(Listing.id.desc())
        .limit(LISTINGS_MAX)
    )
    return Offered(counts, list(rows))


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
