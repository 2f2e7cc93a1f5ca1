"""What a buyer saw: the revision of a listing that was live when it was ordered."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.decision import Decision, DecisionState
from backoffice.marketplace.listing import Listing, ListingRevision

TOOK_EFFECT = (DecisionState.EXECUTED, DecisionState.SUPERSEDED)


def revision_at(session: Session, listing: Listing, at: datetime) -> ListingRevision | None:
    """Return the revision that was approved last before a moment; else the one now live.

    None where nothing of this listing was published by then.
    """
    approved = session.scalars(
        select(ListingRevision)
        .join(Case, Case.subject_id == ListingRevision.id)
        .join(Decision, Decision.case_id == Case.id)
        .where(
            ListingRevision.listing_id == listing.id,
            Case.queue == "listings",
            Decision.action == "approve",
            Decision.state.in_(TOOK_EFFECT),
            Decision.executed_at <= at,
        )
        .order_by(Decision.executed_at.desc())
        .limit(1)
    ).first()
    was_live = listing.published_at is not None and listing.published_at <= at
    return approved or (listing.live if was_live else None)
