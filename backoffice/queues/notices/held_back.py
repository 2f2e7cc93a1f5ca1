"""Listings that notices hold back: several may hold one, and each is reversed alone."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from sqlalchemy import select

from backoffice.core.action import Context
from backoffice.core.case import Case
from backoffice.core.decision import Decision, DecisionState
from backoffice.marketplace.listing import Listing, ListingStatus, restore, set_status, state_of
from backoffice.queues.notices.model import NoticeTarget

Change = dict[str, Any]


def hold_back(context: Context, listings: Sequence[Listing], status: ListingStatus) -> Change:
    """Suspend or withdraw listings; one that is held back already is noted, so that it stays so
    when what holds it now is reversed.
    """
    before = {}
    for one in listings:
        if one.status == ListingStatus.PROPOSED:
            continue
        is_held = one.status in (status, ListingStatus.WITHDRAWN)
        kept = state_of(one) if is_held else set_status(one, status, context.at)
        before[str(one.id)] = kept
    return {"listings": before, "status": status, "at": context.at.isoformat()}


def let_go(context: Context, change: Change) -> None:
    """Put listings back as they were, but for those that something newer holds back."""
    for number, before in change["listings"].items():
        listing = context.session.get_one(Listing, int(number), with_for_update=True)
        is_mine = listing.status == change["status"]
        if (later := _hand_down(context, listing, change["at"], before)) is not None:
            if is_mine and later != change["status"]:
                set_status(listing, ListingStatus(later), context.at)
        elif is_mine:
            restore(context.session, listing, before, context.at)


def _hand_down(context: Context, listing: Listing, at: str, before: Any) -> str | None:
    """Let the next decision that holds a listing remember what was before both; return how it
    holds it.
    """
    number = str(listing.id)
    held = [
        (one["at"], decision.id, decision, one["status"])
        for decision in _others(context, listing)
        for one in _listed(decision.changes)
        if number in one["listings"] and one["at"] > at
    ]
    if not held:
        return None
    since, _, decision, status = min(held, key=lambda one: one[:2])
    changes = deepcopy(decision.changes)
    for one in _listed(changes):
        if one["at"] == since and number in one["listings"]:
            one["listings"][number] = before
    decision.changes = changes
    return str(status)


def _others(context: Context, listing: Listing) -> Sequence[Decision]:
    """Return the standing decisions on other notices about something of the same seller."""
    reported = select(NoticeTarget.notice_id).where(NoticeTarget.seller_id == listing.seller_id)
    query = (
        select(Decision)
        .join(Case, Case.id == Decision.case_id)
        .where(Case.queue == "notices", Case.id != context.case.id)
        .where(Case.subject_id.in_(reported), Decision.state == DecisionState.EXECUTED)
        .with_for_update(of=Decision)
    )
    return context.session.scalars(query).all()


def _listed(changes: Sequence[Any]) -> Iterator[Change]:
    """Yield what the measures on listings changed."""
    for effect in changes:
        if effect["effect"] == "measures":
            yield from (
                one["change"] for one in effect["change"]["done"] if "listings" in one["change"]
            )
