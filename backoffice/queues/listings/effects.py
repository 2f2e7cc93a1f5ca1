"""What a decision on a listing changes, and how it is taken back."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from backoffice.core.action import Context, Effect
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.marketplace.listing import (
    Listing,
    ListingRevision,
    ListingStatus,
    publish,
    restore,
    set_status,
    state_of,
)
from backoffice.queues.listings.model import DigestLine


def _publish(context: Context) -> dict[str, Any]:
    revision: ListingRevision = context.subject
    listing = _locked(context)
    if listing.status == ListingStatus.WITHDRAWN:
        raise NotPossible(text("This listing was withdrawn for good: refuse the case."))
    return publish(listing, revision, context.at)


def _put_back(context: Context, change: dict[str, Any]) -> None:
    restore(context.session, _locked(context), change, context.at)


def _becomes(status: ListingStatus) -> Callable[[Context], dict[str, Any]]:
    def apply(context: Context) -> dict[str, Any]:
        return set_status(_locked(context), status, context.at)

    return apply


def _leave(context: Context) -> dict[str, Any]:
    return state_of(_locked(context))


def _owe_digest(context: Context) -> dict[str, Any]:
    """Owe the seller this decision; one that stands again after an undo may have been told."""
    revision, decision = context.subject, context.decision
    before = revision.untold_decision_id
    was_told = (
        decision is not None
        and decision.executed_at is not None
        and context.session.get(DigestLine, decision.id) is not None
    )
    revision.untold_decision_id = None if decision is None or was_told else decision.id
    return {"untold": before}


def _owe_no_digest(context: Context, change: dict[str, Any]) -> None:
    context.subject.untold_decision_id = change["untold"]


def _locked(context: Context) -> Listing:
    """Return the listing, its row locked: price edits by the API may come at the same time."""
    query = select(Listing).where(Listing.id == context.subject.listing_id).with_for_update()
    listing = context.session.scalars(query.execution_options(populate_existing=True)).one()
    set_committed_value(context.subject, "listing", listing)  # which keeps it for what follows
    return listing


PUBLISH = Effect("publish", _publish, _put_back)
SUSPEND = Effect("suspend", _becomes(ListingStatus.SUSPENDED), _put_back)
REINSTATE = Effect("reinstate", _becomes(ListingStatus.LIVE), _put_back)
WITHDRAW = Effect("withdraw", _becomes(ListingStatus.WITHDRAWN), _put_back)
KEEP = Effect("keep", _leave, _put_back)
OWE_DIGEST = Effect("owe_digest", _owe_digest, _owe_no_digest)
