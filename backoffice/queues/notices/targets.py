"""Finding what a notice is about: by address, by reference, by GTIN, as people type it.

Whoever types may be a stranger: only what buyers have seen is found, and what only its two sides
read (a message) or nobody reads any more (a removed review) is found without its words.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backoffice.core.text import Text, text
from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.gtin import parse_gtin
from backoffice.marketplace.listing import Listing, ListingStatus
from backoffice.marketplace.review import Review
from backoffice.marketplace.seller import EXTERNAL_ID, Seller, SellerStatus
from backoffice.marketplace.thread_message import ThreadMessage
from backoffice.marketplace.user_text import TextStatus
from backoffice.queues.notices.model import NoticeTarget, TargetKind
from config.settings import get_settings

SAME_GTIN_MAX = 20
TITLE_MAX = 200
WORDS_MAX = 6  # of one line: each asks the database about it
PARTS = re.compile(r"[/?&=#\s]+")
GTIN = re.compile(r"(?:(?:GTIN|EAN|UPC)\s*:?\s*)?([0-9][0-9\s.-]{6,17})", re.I)
SEARCH = re.compile(r"(?:^|&)(?:q|query|s|search|recherche)=")
UNSEEN = (SellerStatus.APPLICANT, SellerStatus.REFUSED)
WHOLE = (joinedload(Listing.live), joinedload(Listing.seller))


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


class Found(NamedTuple):
    """What is here under a name; else what is wrong with it. A GTIN of many shops is cut off."""

    targets: Sequence[NoticeTarget]
    problem: Text | None = None
    is_cut: bool = False


def find(session: Session, named: Named) -> Found:
    """Return what is here under a name: nothing, one thing, or the listings of a GTIN."""
    if named.kind:
        target = _exactly(session, named)
        return Found([target]) if target else Found([], _absent(""))
    parts = _address(named.typed)
    if parts and _is_foreign(parts):
        return Found([], _foreign(parts))
    if targets := _by_gtin(session, named.typed):
        return Found(targets[:SAME_GTIN_MAX], is_cut=len(targets) > SAME_GTIN_MAX)
    lines = [parts.path, parts.query] if parts else [named.typed]
    for words in map(_words, lines):
        if target := _by_words(session, words, named.typed):
            return Found([target])
    return Found([], _absent(parts.query if parts else ""))


def _exactly(session: Session, named: Named) -> NoticeTarget | None:
    if named.kind == TargetKind.SELLER:
        sellers = _sellers(session, [named.seller or named.external_id])
        return next((of_seller(one, named.said) for one in sellers), None)
    if named.kind == TargetKind.LISTING:
        sellers = _sellers(session, [named.seller])
        listings = _listings(session, sellers, [named.external_id])
        return next((of_listing(one, named.said) for one in listings), None)
    return _texts(session, TargetKind(named.kind), [named.external_id], named.said).get(
        named.external_id
    )


def _by_gtin(session: Session, line: str) -> list[NoticeTarget]:
    """Return what is online under a GTIN, whoever sells it, and one more than is taken."""
    matched = GTIN.fullmatch(line.strip())
    try:
        canonical = parse_gtin(matched[1]).canonical if matched else None
    except InvalidInput:
        return []
    if canonical is None:
        return []
    rows = session.scalars(
        select(Listing)
        .where(Listing.gtin == canonical, Listing.status == ListingStatus.LIVE)
        .order_by(Listing.id)
        .limit(SAME_GTIN_MAX + 1)
        .options(*WHOLE)
    )
    return [of_listing(listing, line) for listing in rows]


def _by_words(session: Session, words: Sequence[str], typed: str) -> NoticeTarget | None:
    """Read words from their end: a listing is named after its seller, or stands alone."""
    if not words:
        return None
    sellers = {one.external_id: one for one in _sellers(session, words)}
    listings = {
        (one.seller_id, one.external_id): one for one in _listings(session, sellers.values(), words)
    }
    for last, first in product(reversed(range(len(words))), reversed(range(len(words)))):
        seller = sellers.get(words[first]) if first < last else None
        if seller and (listing := listings.get((seller.id, words[last]))):
            return of_listing(listing, typed)
    reviews = _texts(session, TargetKind.REVIEW, words, typed)
    messages = _texts(session, TargetKind.MESSAGE, words, typed)
    for word in reversed(words):
        if listing := _only_listing(session, word):
            return of_listing(listing, typed)
        if target := reviews.get(word) or messages.get(word):
            return target
        if seller := sellers.get(word):
            return of_seller(seller, typed)
    return None


def _sellers(session: Session, names: Sequence[str]) -> Sequence[Seller]:
    """Return the sellers of these names that buyers have seen."""
    rows = select(Seller).where(Seller.external_id.in_(names), Seller.status.not_in(UNSEEN))
    return session.scalars(rows).all()


def _listings(
    session: Session, sellers: Iterable[Seller], names: Sequence[str]
) -> Sequence[Listing]:
    """Return these sellers' listings of these names that were ever online."""
    if not (of := [one.id for one in sellers]):
        return []
    mine = Listing.seller_id.in_(of), Listing.external_id.in_(names), Listing.live_id.is_not(None)
    return session.scalars(select(Listing).where(*mine).options(*WHOLE)).all()


def _only_listing(session: Session, name: str) -> Listing | None:
    """Return the listing of this name where only one seller has used it."""
    mine = Listing.external_id == name, Listing.live_id.is_not(None)
    rows = session.scalars(select(Listing).where(*mine).limit(2).options(*WHOLE)).all()
    return rows[0] if len(rows) == 1 else None


def _texts(
    session: Session, kind: TargetKind, names: Sequence[str], typed: str
) -> dict[str, NoticeTarget]:
    """Return reviews or messages by the marketplace's numbers."""
    model: type[Review | ThreadMessage] = Review if kind == TargetKind.REVIEW else ThreadMessage
    query = select(model).where(model.external_id.in_(names)).options(joinedload(model.seller))
    rows: Sequence[Any] = session.scalars(query).all()
    return {row.external_id: _of_text(kind, row, typed) for row in rows}


def _of_text(kind: TargetKind, row: Review | ThreadMessage, typed: str) -> NoticeTarget:
    is_public = kind == TargetKind.REVIEW and row.status == TextStatus.SHOWN
    return NoticeTarget(
        kind=kind, typed=typed, title=row.text[:TITLE_MAX] if is_public else "",
        seller=row.seller, **{f"{kind}_id": row.id},
    )  # fmt: skip


def _words(line: str) -> list[str]:
    """Return the last parts of a line that may be identifiers."""
    parts = PARTS.split(unquote(line).strip())
    return [one for one in parts if re.fullmatch(EXTERNAL_ID, one)][-WORDS_MAX:]


def _address(line: str) -> SplitResult | None:
    """Return the parts of a web address; None for anything else."""
    try:
        parts = urlsplit(line.strip())
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") else None


def _is_foreign(parts: SplitResult) -> bool:
    """Tell whether an address is of another site; any host is ours where none is named."""
    host, ours = parts.hostname or "", get_settings().shop_hosts
    return bool(ours) and not any(host == one or host.endswith(f".{one}") for one in ours)


def _foreign(parts: SplitResult) -> Text:
    return text(
        "%(host)s is not our shop: give an address of %(ours)s, a reference or a GTIN.",
        host=parts.hostname or parts.netloc, ours=get_settings().shop_hosts[0],
    )  # fmt: skip


def _absent(query: str) -> Text:
    if SEARCH.search(query):
        return text("This address is a search: open the listing and copy its address.")
    return text("Nothing here has this name or address.")


def of_listing(listing: Listing, typed: str) -> NoticeTarget:
    """Return a listing as a target, under the title that buyers read."""
    assert listing.live is not None  # noqa: S101 (only what was online is found)
    return NoticeTarget(
        kind=TargetKind.LISTING, typed=typed, title=listing.live.title, seller=listing.seller,
        listing=listing,
    )  # fmt: skip


def of_seller(seller: Seller, typed: str) -> NoticeTarget:
    """Return a seller as a target."""
    return NoticeTarget(
        kind=TargetKind.SELLER, typed=typed, title=seller.display_name, seller=seller
    )
