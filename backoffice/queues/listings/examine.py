"""Examining what is online: a case of kind `live` about a published listing."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, State
from backoffice.core.open import note_event, open_case
from backoffice.core.permissions import Actor
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.marketplace.listing import Listing, ListingRevision, ListingStatus
from backoffice.queues.listings.queue import QUEUE

EXAMINABLE = frozenset({ListingStatus.LIVE, ListingStatus.SUSPENDED})


def examine_live(
    session: Session, listing: Listing, *, actor: Actor, channel: str, why: str
) -> Case:
    """Open the case that decides whether a published listing stays; `why` is for staff alone.

    Raises NotPossible where nothing is published, and (with the `case`) while one is open.
    """
    session.refresh(listing, with_for_update=True)  # two at once open one case
    if listing.status not in EXAMINABLE or listing.live is None:
        raise NotPossible(
            text("Only a published listing can be examined."), listing_status=listing.status
        )
    if standing := live_case(session, listing):
        raise NotPossible(text("This listing is being examined already."), case=standing.reference)
    case = open_case(session, QUEUE, listing.live, actor=actor, channel=channel, kind="live")
    note_event(session, case, actor, "examination_asked", body=why, internal=True)
    return case


def live_case(session: Session, listing: Listing) -> Case | None:
    """Return the case about what is online, while it is not closed."""
    revisions = select(ListingRevision.id).where(ListingRevision.listing_id == listing.id)
    return session.scalars(
        select(Case).where(
            Case.queue == QUEUE.slug,
            Case.kind == "live",
            Case.subject_id.in_(revisions),
            Case.state != State.CLOSED,
        )
    ).first()
