"""Which pictures revisions show: rows for their addresses, the fetching owed, look-alikes."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import chain, combinations
from typing import NamedTuple, TypeVar

from sqlalchemy import BIGINT, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import BIT, distinct_on, insert
from sqlalchemy.orm import Session

from backoffice.core.clock import now
from backoffice.core.copy import copy_rows, is_one_of
from backoffice.core.outbox import Channel, put_work
from backoffice.marketplace.listing import ListingRevision
from backoffice.marketplace.picture import Picture, PictureState, RevisionPicture

FETCH = "pictures.fetch"
FETCH_MAX = 50  # pictures that one piece of work fetches
AGAIN_AFTER = timedelta(hours=1)  # a failed address that is sent anew is tried anew

ALIKE = 6
"""Bits of 64 that may differ where two pictures show the same: re-encoded, scaled, framed."""
DISTANCE_MAX = 11  # beyond, every look-up would ask for thousands of bands
BANDS, BAND_BITS = 4, 16
FLAT = frozenset({0, -(2**63)})  # hashes of a picture of one colour, which resembles nothing

Item = TypeVar("Item")


class Shown(NamedTuple):
    """A picture of a revision, at its place."""

    position: int
    picture: Picture


class Similar(NamedTuple):
    """A picture that looks like another: how far off (bits), and where another seller shows it."""

    picture: Picture
    distance: int
    seller_id: int
    revision_id: int


def note_pictures(
    session: Session, revisions: Iterable[ListingRevision], *, are_new: bool = False
) -> None:
    """Write down which pictures flushed revisions show, and owe the fetching of those unknown.

    Made for thousands at once: a statement per table, and one outbox row for FETCH_MAX pictures.
    What these revisions showed before is forgotten, unless they are new.
    """
    listed = {revision.id: revision for revision in revisions}
    if not are_new:
        shown = is_one_of(RevisionPicture.revision_id, listed)
        session.execute(delete(RevisionPicture).where(shown))
    digests = {url: url_digest(url) for one in listed.values() for url in one.images}
    if not digests:
        return
    ids = _ids_of(session, {digest: url for url, digest in digests.items()})
    rows = [
        (revision.id, position, ids[digests[url]], revision.seller_id)
        for revision in listed.values()
        for position, url in enumerate(revision.images)
    ]
    names = ("revision_id", "position", "picture_id", "seller_id")
    copy_rows(session, RevisionPicture, names, rows)


def url_digest(url: str) -> bytes:
    """Return what names an address in the table: addresses may be longer than an index takes."""
    return hashlib.sha256(url.encode()).digest()


def owe_fetching(session: Session, ids: Sequence[int], **where: object) -> None:
    """Owe the fetching of pictures, a piece of work for FETCH_MAX of them."""
    for some in _slices(sorted(ids), FETCH_MAX):
        put_work(session, Channel.CHECKS, FETCH, {"ids": [*some]}, **where)


def pictures_of(session: Session, revision_id: int) -> list[Shown]:
    """Return a revision's pictures in order, fetched or not."""
    return pictures_by_revision(session, [revision_id])[revision_id]


def pictures_by_revision(session: Session, revisions: Collection[int]) -> dict[int, list[Shown]]:
    """Return the pictures of each of many revisions, in order."""
    rows = session.execute(
        select(RevisionPicture.revision_id, RevisionPicture.position, Picture)
        .join(Picture, Picture.id == RevisionPicture.picture_id)
        .where(RevisionPicture.revision_id.in_(revisions))
        .order_by(RevisionPicture.position)
    )
    found: dict[int, list[Shown]] = {one: [] for one in revisions}
    for revision_id, position, picture in rows:
        found[revision_id].append(Shown(position, picture))
    return found


def similar_pictures(
    session: Session, picture: Picture, *, not_seller: int, distance: int = ALIKE, limit: int = 20
) -> list[Similar]:
    """Return where other sellers show a picture that looks like this one, the nearest first.

    One answer for each seller. Where at most `distance` (≤ DISTANCE_MAX) bits of four bands
    differ, one band has at most a quarter of them: an index finds the candidates by band, the
    exact count of differing bits decides. A picture of one colour resembles only its own bytes.
    """
    if picture.phash is None:
        return []
    if picture.phash in FLAT:
        is_candidate = Picture.sha256 == picture.sha256
    else:
        is_candidate = Picture.bands.overlap(_near(picture.phash, distance // BANDS))
    off = func.bit_count(cast(Picture.phash.op("#")(cast(picture.phash, BIGINT)), BIT(64)))
    nearest = (
        select(
            Picture.id.label("id"),
            off.label("off"),
            RevisionPicture.seller_id,
            RevisionPicture.revision_id,
        )
        .ext(distinct_on(RevisionPicture.seller_id))
        .join(RevisionPicture, RevisionPicture.picture_id == Picture.id)
        .where(is_candidate, off <= distance, RevisionPicture.seller_id != not_seller)
        .order_by(RevisionPicture.seller_id, off, RevisionPicture.revision_id)
        .subquery()
    )
    rows = session.execute(
        select(Picture, nearest.c.off, nearest.c.seller_id, nearest.c.revision_id)
        .join(nearest, nearest.c.id == Picture.id)
        .order_by(nearest.c.off, nearest.c.revision_id)
        .limit(limit)
    )
    return [Similar(*row) for row in rows]


def bands_of(phash: int) -> list[int]:
    """Return the four 16-bit parts of a hash, each marked with its place."""
    return [
        place << BAND_BITS | (phash >> place * BAND_BITS) & (1 << BAND_BITS) - 1
        for place in range(BANDS)
    ]


def _near(phash: int, radius: int) -> list[int]:
    """Return the bands of a hash and all that differ from one in at most so many bits."""
    flips = chain.from_iterable(
        combinations(range(BAND_BITS), count) for count in range(radius + 1)
    )
    masks = [sum(1 << bit for bit in bits) for bits in flips]
    return [band ^ mask for band in bands_of(phash) for mask in masks]


def _ids_of(session: Session, urls: dict[bytes, str]) -> dict[bytes, int]:
    """Return the pictures of these addresses by digest; new ones, and stale failures, are owed."""
    known = select(Picture.url_sha256, Picture.id).where(is_one_of(Picture.url_sha256, urls))
    found = dict(session.execute(known).all())
    if len(found) < len(urls):
        owe_fetching(session, _add(session, {one: urls[one] for one in urls if one not in found}))
        found = dict(session.execute(known).all())
    owe_fetching(session, _retried(session, found.values()))
    return found


def _add(session: Session, urls: dict[bytes, str]) -> list[int]:
    """Add pictures that nobody added meanwhile; returns their numbers."""
    # In one order, so that two transactions with the same addresses wait for each other in turn.
    values = [{"url": urls[digest], "url_sha256": digest} for digest in sorted(urls)]
    statement = insert(Picture).on_conflict_do_nothing().returning(Picture.id)
    return [*session.scalars(statement, values)]


def _retried(session: Session, ids: Iterable[int]) -> list[int]:
    """Return those of these pictures whose failure is old, to be fetched again."""
    again = (
        update(Picture)
        .where(is_one_of(Picture.id, sorted(ids)), Picture.state == PictureState.FAILED)
        .where(Picture.fetched_at < now() - AGAIN_AFTER)
        .values(state=PictureState.PENDING, attempts=0)
        .returning(Picture.id)
        .execution_options(synchronize_session="fetch")
    )
    return [*session.scalars(again)]


def _slices(items: Sequence[Item], length: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), length):
        yield items[start : start + length]
