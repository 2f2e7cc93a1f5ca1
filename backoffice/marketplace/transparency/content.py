"""What a measure hit, as far as the database asks: since when it is there, which product it is."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from backoffice.marketplace.listing import Listing
from backoffice.marketplace.seller import Seller


class Content(NamedTuple):
    """When it was put online, and its GTIN-14 if it is a product with one."""

    at: datetime
    gtin: str | None = None


def content_of(session: Session, target: str) -> Content:
    """Return what is known of a statement's target, as "listing:42" names it."""
    kind, _, number = target.partition(":")
    return KINDS[kind](session, int(number))


def _listing(session: Session, number: int) -> Content:
    listing = session.get_one(Listing, number)
    return Content(listing.published_at or listing.created_at, (listing.live or listing).gtin)


def _seller(session: Session, number: int) -> Content:
    return Content(session.get_one(Seller, number).created_at)


KINDS: Mapping[str, Callable[[Session, int], Content]] = {"listing": _listing, "seller": _seller}
