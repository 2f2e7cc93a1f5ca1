"""A listing's own history: its revisions, newest first, and every case about it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backoffice.core.case import Case
from backoffice.marketplace.listing import Listing, ListingRevision
from backoffice.queues.listings.groups import SLUG
from backoffice.queues.listings.known import Earlier, with_decisions

SHOWN_MAX = 50


class Version(NamedTuple):
    """A revision with the cases about it, the newest first, and what was decided in each."""

    revision: ListingRevision
    cases: list[Earlier]


def versions_of(session: Session, listing: Listing) -> list[Version]:
    """Return the newest revisions of a listing with their cases."""
    revisions = session.scalars(
        select(ListingRevision)
        .where(ListingRevision.listing_id == listing.id)
        .options(joinedload(ListingRevision.submission))
        .order_by(ListingRevision.number.desc())
        .limit(SHOWN_MAX)
    ).all()
    return [Version(one, cases) for one, cases in _with_cases(session, revisions)]


def _with_cases(
    session: Session, revisions: Sequence[ListingRevision]
) -> list[tuple[ListingRevision, list[Earlier]]]:
    cases = session.scalars(
        select(Case)
        .where(Case.queue == SLUG, Case.subject_id.in_([one.id for one in revisions]))
        .order_by(Case.id.desc())
    ).all()
    by_revision: dict[int, list[Earlier]] = defaultdict(list)
    for one in with_decisions(session, list(cases)):
        by_revision[one.case.subject_id].append(one)
    return [(one, by_revision[one.id]) for one in revisions]
