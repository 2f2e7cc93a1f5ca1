"""A listing as the API tells it: as it was before decisions that may still be undone."""

from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.decision import Decision, DecisionState
from backoffice.core.public import public_status
from backoffice.intake.listing_answers import (
    ContentShown,
    Judged,
    ListingReceived,
    ListingShown,
    RevisionShown,
)
from backoffice.intake.told import tell_grounds
from backoffice.marketplace.listing import Listing, ListingRevision, newest_revision
from backoffice.marketplace.listing_edit import written
from backoffice.queues.listings.queue import QUEUE
from backoffice.queues.listings.receive import Received

PROPOSED = ("new", "edit")


class _Told(NamedTuple):
    """What of a listing is settled: whether buyers see it, and which revision."""

    status: str
    live: ListingRevision | None


def tell_received(session: Session, received: Received) -> ListingReceived:
    """Tell what became of a listing that was sent."""
    listing, revision, case = received
    return ListingReceived(
        external_id=listing.external_id,
        seller=listing.seller.external_id,
        listing_status=_settled(session, listing).status,
        revision=revision.number,
        case=case.reference if case else None,
        status=public_status(session, case) if case else None,
    )


def tell_listing(session: Session, listing: Listing) -> ListingShown:
    """Tell a listing's offer, what buyers see of it, and what is proposed."""
    status, live = _settled(session, listing)
    newest = newest_revision(session, listing)
    about = select(ListingRevision.id).where(ListingRevision.listing_id == listing.id)
    examination = session.scalars(
        _cases().where(Case.kind == "live", Case.subject_id.in_(about)).limit(1)
    ).first()
    return ListingShown(
        external_id=listing.external_id,
        seller=listing.seller.external_id,
        status=status,
        version=listing.version,
        price_minor=listing.price_minor,
        currency=listing.currency,
        quantity=listing.quantity,
        live=_revision(session, listing, live) if live else None,
        proposed=_revision(session, listing, newest) if newest is not live else None,
        examination=_judged(session, examination) if examination else None,
    )


def etag_of(session: Session, listing: Listing) -> str:
    """Return what changes with a listing's offer, with its content and with what is live."""
    newest = newest_revision(session, listing)
    return f"{listing.version}-{newest.number}-{newest.content_sha256.hex()[:12]}"


def _settled(session: Session, listing: Listing) -> _Told:
    """Lay what undoable decisions changed back over the listing, newest first."""
    status, live_id = str(listing.status), listing.live_id
    about = select(ListingRevision.id).where(ListingRevision.listing_id == listing.id)
    decisions = session.scalars(
        select(Decision)
        .join(Case, Case.id == Decision.case_id)
        .where(Case.queue == QUEUE.slug, Case.subject_id.in_(about))
        .where(Decision.state == DecisionState.EXECUTED, Decision.undo_until > now())
        .order_by(Decision.id.desc())
    )
    for effect in (effect for decision in decisions for effect in reversed(decision.changes)):
        if "live_id" in effect["change"]:
            status, live_id = effect["change"]["status"], effect["change"]["live_id"]
    return _Told(status, session.get_one(ListingRevision, live_id) if live_id else None)


def _revision(session: Session, listing: Listing, revision: ListingRevision) -> RevisionShown:
    case = session.scalars(
        _cases().where(Case.kind.in_(PROPOSED), Case.subject_id == revision.id).limit(1)
    ).first()
    return RevisionShown(
        number=revision.number,
        received_at=revision.received_at,
        content=ContentShown.model_validate(written(listing, revision)),
        judged=_judged(session, case) if case else None,
    )


def _judged(session: Session, case: Case) -> Judged:
    told = tell_grounds(session, case)
    return Judged(
        case=case.reference,
        status=public_status(session, case),
        reasons=told.reasons,
        statement=told.statement,
    )


def _cases() -> Select[Case]:
    return select(Case).where(Case.queue == QUEUE.slug).order_by(Case.id.desc())
