"""Edits of a listing by its seller: laid over the newest content that counts."""

from sqlalchemy.orm import Session

from backoffice.core.permissions import Actor
from backoffice.marketplace.listing import Listing, ListingRevision, newest_revision
from backoffice.marketplace.listing_edit import ListingEdit, merged
from backoffice.queues.listings.receive import Received, receive_listing, waiting_case


def edit_listing(
    session: Session, listing: Listing, edit: ListingEdit, *, actor: Actor, channel: str
) -> Received:
    """Apply the offer of an edit and stage its content; the caller holds the listing's row.

    Raises ValidationError where the whole is not valid, and what `receive_listing` raises.
    """
    form = merged(listing, content_to_edit(session, listing), edit)
    return receive_listing(session, listing.seller, form, actor=actor, channel=channel)


def content_to_edit(session: Session, listing: Listing) -> ListingRevision:
    """Return the revision that waits, else what is live, else the newest, which was refused."""
    newest = newest_revision(session, listing)
    if waiting_case(session, newest):
        return newest
    return listing.live or newest
