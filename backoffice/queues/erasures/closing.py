"""Closing an account: its seller sells no more, and its plan ends with the month that is paid."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from backoffice.billing.subscribing import end_with_month
from backoffice.core.case import Case
from backoffice.marketplace.listing import Listing, ListingStatus
from backoffice.marketplace.seller import Seller, SellerStatus, set_status

SHOWN = (ListingStatus.PROPOSED, ListingStatus.LIVE, ListingStatus.SUSPENDED)


def close_account(session: Session, seller: Seller, case: Case, at: datetime) -> None:
    """End a seller's account: nothing is refunded, nothing is posted."""
    if seller.status != SellerStatus.TERMINATED:
        set_status(seller, SellerStatus.TERMINATED, case.reference, at)
    session.execute(
        update(Listing)
        .where(Listing.seller_id == seller.id, Listing.status.in_(SHOWN))
        .values(status=ListingStatus.WITHDRAWN, version=Listing.version + 1, changed_at=at)
    )
    end_with_month(session, seller)
