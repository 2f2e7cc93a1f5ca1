"""Finding what a notice is about: by address, by reference, by GTIN, as people type it."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.gtin import parse_gtin
from backoffice.marketplace.listing import (
    Listing,
    ListingRevision,
    ListingStatus,
    by_reference,
    newest_revision,
)
from backoffice.marketplace.review import Review
from backoffice.marketplace.seller import EXTERNAL_ID, Seller, by_external_id
from backoffice.marketplace.thread_message import ThreadMessage
from backoffice.queues.notices.model import NoticeTarget, TargetKind

SAME_GTIN_MAX = 20
TITLE_MAX = 200
PARTS = re.compile(r"[/?&=#\s]+")


class Named(NamedTuple):
    """How a program names a target; a person types one line, `typed`, instead."""

    kind: str = ""
    seller: str = ""
    external_id: str = ""
    typed: str = ""

    @property
    def said(self) -> str:
        """Return it as one line."""
        return self.typed or "/".join(filter(None, (self.seller, self.external_id)))


def find(session: Session, named: Named) -> list[NoticeTarget]:
    """Return what is here under a name: nothing, one thing, or every listing of a GTIN."""
    if named.kind:
        return [one for one in [_exactly(session, named)] if one]
    line = unquote(named.typed).strip()
    return _by_gtin(session, line) or _by_words(session, line)


def _exactly(session: Session, named: Named) -> NoticeTarget | None:
    if named.kind == TargetKind.SELLER:
        seller = by_external_id(session, named.seller or named.external_id)
        return of_seller(seller, named.said) if seller else None
    if named.kind == TargetKind.LISTING:
        seller = by_external_id(session, named.seller)
        listing = by_reference(session, seller.id, named.external_id) if seller else None
        return of_listing(session, listing, named.said) if listing else None
    return _of_text(session, named.kind, named.external_id, named.said)


def _of_text(session: Session, kind: str, external_id: str, typed: str) -> NoticeTarget | None:
    """Return a review or a message by the marketplace's number."""
    model: type[Review | ThreadMessage] = Review if kind == TargetKind.REVIEW else ThreadMessage
    row = session.scalars(select(model).where(model.external_id == external_id)).first()
    if row is None:
        return None
    column = {TargetKind.REVIEW: "review_id"}.get(TargetKind(kind), "message_id")
    return NoticeTarget(
        kind=kind, typed=typed, title=row.text[:TITLE_MAX], seller=row.seller,
        **{column: row.id},
    )  # fmt: skip


def _by_gtin(session: Session, line: str) -> list[NoticeTarget]:
    """Return what is online under a GTIN, whoever sells it."""
    try:
        canonical = parse_gtin(line).canonical if re.fullmatch(r"[\d\s-]{8,18}", line) else None
    except InvalidInput:
        return []
    if canonical is None:
        return []
    rows = session.scalars(
        select(Listing)
        .where(Listing.gtin == canonical, Listing.status == ListingStatus.LIVE)
        .order_by(Listing.id)
        .limit(SAME_GTIN_MAX)
    )
    return [of_listing(session, listing, line) for listing in rows]


def _by_words(session: Session, line: str) -> list[NoticeTarget]:
    """Read an address or a reference from its end: a listing is named after its seller."""
    words = [word for word in PARTS.split(_path_of(line)) if re.fullmatch(EXTERNAL_ID, word)]
    for seller_word, listing_word in _pairs(words):
        seller = by_external_id(session, seller_word)
        listing = by_reference(session, seller.id, listing_word) if seller else None
        if listing is not None:
            return [of_listing(session, listing, line)]
    for word in reversed(words):
        if target := _of_one_word(session, word, line):
            return [target]
    return []


def _pairs(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield words that follow each other, then those with one between (`/shop/items/12`)."""
    yield from reversed(list(pairwise(words)))
    yield from reversed(list(zip(words, words[2:], strict=False)))


def _of_one_word(session: Session, word: str, line: str) -> NoticeTarget | None:
    listings = session.scalars(select(Listing).where(Listing.external_id == word).limit(2)).all()
    if len(listings) == 1:
        return of_listing(session, listings[0], line)
    for kind in (TargetKind.REVIEW, TargetKind.MESSAGE):
        if target := _of_text(session, kind, word, line):
            return target
    seller = by_external_id(session, word)
    return of_seller(seller, line) if seller else None


def _path_of(line: str) -> str:
    try:
        parts = urlsplit(line)
    except ValueError:
        return line
    return f"{parts.path}/{parts.query}" if parts.scheme in ("http", "https") else line


def of_listing(session: Session, listing: Listing, typed: str) -> NoticeTarget:
    """Return a listing as a target, under the title that buyers read."""
    shown: ListingRevision = listing.live or newest_revision(session, listing)
    return NoticeTarget(
        kind=TargetKind.LISTING, typed=typed, title=shown.title, seller=listing.seller,
        listing=listing,
    )  # fmt: skip


def of_seller(seller: Seller, typed: str) -> NoticeTarget:
    """Return a seller as a target."""
    return NoticeTarget(
        kind=TargetKind.SELLER, typed=typed, title=seller.display_name, seller=seller
    )
