"""What is known of a listing's GTIN from elsewhere: other sellers' offers, earlier decisions."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session, joinedload, selectinload

from backoffice.core.case import Case, State
from backoffice.core.decision import Decision, DecisionState
from backoffice.marketplace.listing import Listing, ListingRevision
from backoffice.queues.listings.groups import SLUG

SHOWN_MAX = 5
COUNTED_MAX = 1000


class Offers(NamedTuple):
    """Listings of others with the same GTIN: the newest few with their titles, and how many."""

    shown: Sequence[tuple[Listing, str]]
    total: int


class Earlier(NamedTuple):
    """A case that was decided, and the decision that stands in it, if a person made one."""

    case: Case
    decision: Decision | None


def offers_of_others(session: Session, revision: ListingRevision) -> Offers:
    """Return the listings of other sellers whose newest revision has this GTIN."""
    if revision.gtin is None:
        return Offers([], 0)
    same = (Listing.gtin == revision.gtin, Listing.seller_id != revision.seller_id)
    newest = (ListingRevision.listing_id == Listing.id) & (
        ListingRevision.number == Listing.last_number
    )
    rows = session.execute(
        select(Listing, ListingRevision.title)
        .join(ListingRevision, newest)
        .where(*same)
        .options(joinedload(Listing.seller))
        .order_by(Listing.id.desc())
        .limit(SHOWN_MAX)
    )
    shown = list(rows)
    is_all = len(shown) < SHOWN_MAX
    return Offers(shown, len(shown) if is_all else _number(session, *same))


def _number(session: Session, *same: ColumnElement[bool]) -> int:
    counted = select(literal(1)).select_from(Listing).where(*same).limit(COUNTED_MAX).subquery()
    return session.scalar(select(func.count()).select_from(counted)) or 0


def earlier_decisions(session: Session, case: Case, revision: ListingRevision) -> list[Earlier]:
    """Return the newest cases that were decided on this GTIN, whoever's listing it was."""
    if revision.gtin is None:
        return []
    cases = session.scalars(
        select(Case)
        .join(ListingRevision, ListingRevision.id == Case.subject_id)
        .where(
            Case.queue == SLUG,
            Case.state == State.CLOSED,
            Case.id != case.id,
            ListingRevision.gtin == revision.gtin,
        )
        .order_by(Case.closed_at.desc(), Case.id.desc())
        .limit(SHOWN_MAX)
    ).all()
    return with_decisions(session, list(cases))


def with_decisions(session: Session, cases: list[Case]) -> list[Earlier]:
    """Return cases with the decisions that stand in them, their reasons loaded."""
    decisions = session.scalars(
        select(Decision)
        .where(
            Decision.case_id.in_([case.id for case in cases]),
            Decision.state == DecisionState.EXECUTED,
            Decision.resolution.is_not(None),
        )
        .options(selectinload(Decision.reasons))
        .order_by(Decision.id)
    )
    standing = {decision.case_id: decision for decision in decisions}
    return [Earlier(case, standing.get(case.id)) for case in cases]
