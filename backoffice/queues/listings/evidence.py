"""What the page of a listing shows: its content, what an edit changes, what else is known of it."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, CaseEvent
from backoffice.marketplace.categories import category_tree
from backoffice.marketplace.listing import ListingRevision
from backoffice.marketplace.picture import Picture, PictureState
from backoffice.marketplace.pictures import pictures_of, similar_pictures
from backoffice.marketplace.seller import Seller
from backoffice.queues.listings.content import Item, difference, items_of
from backoffice.queues.listings.groups import progress_of, title_of
from backoffice.queues.listings.known import earlier_decisions, offers_of_others
from backoffice.queues.listings.place import place_of


class Shot(NamedTuple):
    """A picture of a revision: its place, what was fetched, and who else shows one like it."""

    position: int
    picture: Picture
    others: list[Seller]


def evidence(session: Session, case: Case, revision: ListingRevision) -> dict[str, Any]:
    """Return what a case's page shows beside the checks."""
    before = _before(session, revision) if case.kind == "edit" else None
    shown = listing_evidence(session, revision)
    return {
        **shown,
        **(_changes(session, before, shown["items"].values()) if before else {}),
        "before": before,
        "offers_of_others": offers_of_others(session, revision),
        "earlier": earlier_decisions(session, case, revision),
        "submission": _submission(session, revision),
        "why": _why(session, case) if case.kind == "live" else "",
    }


def listing_evidence(session: Session, revision: ListingRevision) -> dict[str, Any]:
    """Return a revision's content by item, its pictures, and what its category misses in it."""
    place = place_of(category_tree(session), revision.category)
    options = dict.fromkeys(code for one in revision.variants for code in one["options"])
    given = revision.attributes
    return {
        "listing": revision.listing,
        "pictures": shots_of(session, revision),
        "items": {item.key: item for item in items_of(revision, place.path, place.labels)},
        "options": {code: place.labels.get(code, code) for code in options},
        "missing": [label for code, label in place.required.items() if not given.get(code)],
    }


def _before(session: Session, revision: ListingRevision) -> ListingRevision | None:
    """Return what an edit is compared with: what buyers see, else the revision before it."""
    if revision.listing.live is not None and revision.listing.live is not revision:
        return revision.listing.live
    return session.scalars(
        select(ListingRevision)
        .where(
            ListingRevision.listing_id == revision.listing_id,
            ListingRevision.number < revision.number,
        )
        .order_by(ListingRevision.number.desc())
        .limit(1)
    ).first()


def _changes(session: Session, before: ListingRevision, after: Iterable[Item]) -> dict[str, Any]:
    place = place_of(category_tree(session), before.category)
    found = difference(items_of(before, place.path, place.labels), list(after))
    return {
        "rows": found.rows,
        "unchanged": found.unchanged,
        "pictures_before": shots_of(session, before),
    }


def shots_of(session: Session, revision: ListingRevision) -> list[Shot]:
    """Return the pictures of a revision with the other sellers who show the same."""
    shown = pictures_of(session, revision.id)
    alike = {one.picture.id: _sellers_of(session, one.picture, revision) for one in shown}
    found = session.scalars(select(Seller).where(Seller.id.in_(set().union(*alike.values()))))
    sellers: Mapping[int, Seller] = {one.id: one for one in found}
    return [
        Shot(one.position, one.picture, [sellers[number] for number in alike[one.picture.id]])
        for one in shown
    ]


def _sellers_of(session: Session, picture: Picture, revision: ListingRevision) -> list[int]:
    if picture.state != PictureState.READY:
        return []
    alike = similar_pictures(session, picture, not_seller=revision.seller_id, limit=2)
    return [one.seller_id for one in alike]


def _submission(session: Session, revision: ListingRevision) -> dict[str, Any]:
    submission = revision.submission
    return {
        "one": submission,
        "title": title_of(submission),
        "progress": progress_of(session, [submission.id])[submission.id],
    }


def _why(session: Session, case: Case) -> str:
    """Return why somebody asked to examine what is online."""
    return (
        session.scalar(
            select(CaseEvent.body)
            .where(CaseEvent.case_id == case.id, CaseEvent.verb == "examination_asked")
            .order_by(CaseEvent.id)
            .limit(1)
        )
        or ""
    )
