"""The pictures that listings show, and where other sellers show the same."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.copy import is_one_of
from backoffice.marketplace.listing import Listing, ListingRevision
from backoffice.marketplace.listing_checks.facts import Reuse
from backoffice.marketplace.picture import Picture, PictureState
from backoffice.marketplace.pictures import Similar, similar_pictures, url_digest
from backoffice.marketplace.seller import Seller


def load_pictures(session: Session, urls: Iterable[str]) -> dict[str, Picture]:
    """Return what is known of the pictures at these addresses."""
    digests = [url_digest(url) for url in urls]
    if not digests:
        return {}
    rows = session.scalars(select(Picture).where(is_one_of(Picture.url_sha256, digests)))
    return {row.url: row for row in rows}


def load_reuses(
    session: Session,
    revisions: Sequence[ListingRevision],
    pictures: Mapping[str, Picture],
    distance: int | None,
) -> dict[tuple[int, int], list[Reuse]]:
    """Return where other sellers show the fetched pictures, or such as differ in so few bits.

    A look-up for each fetched picture: at an import nearly all are still to be fetched.
    """
    if distance is None:
        return {}
    shown = {
        (one.seller_id, picture.id): picture
        for one in revisions
        for url in one.images or ()
        if (picture := pictures.get(url)) and picture.state == PictureState.READY
    }
    similar = {
        key: similar_pictures(session, picture, not_seller=key[0], distance=distance)
        for key, picture in shown.items()
    }
    names = _names(session, [one for found in similar.values() for one in found])
    return {
        key: [Reuse(*names[one.revision_id], one.distance) for one in found]
        for key, found in similar.items()
        if found
    }


def _names(session: Session, similar: Sequence[Similar]) -> dict[int, tuple[str, str]]:
    """Return seller and listing of revisions, as the marketplace names them."""
    if not similar:
        return {}
    rows = session.execute(
        select(ListingRevision.id, Seller.external_id, Listing.external_id)
        .join(Seller, Seller.id == ListingRevision.seller_id)
        .join(Listing, Listing.id == ListingRevision.listing_id)
        .where(ListingRevision.id.in_({one.revision_id for one in similar}))
    )
    return {number: (seller, reference) for number, seller, reference in rows}
