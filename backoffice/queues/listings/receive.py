"""Receiving a listing: the offer holds at once, the content becomes a revision that waits."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backoffice.core.case import Case, State
from backoffice.core.clock import PARIS, now
from backoffice.core.copy import is_one_of
from backoffice.core.open import open_case, subject_changed
from backoffice.core.permissions import Actor
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.marketplace.listing import (
    Listing,
    ListingRevision,
    ListingStatus,
    by_reference,
    newest_revision,
    touch,
)
from backoffice.marketplace.listing_form import ListingForm
from backoffice.marketplace.pictures import note_pictures
from backoffice.marketplace.seller import Seller, SellerStatus
from backoffice.marketplace.submission import Submission
from backoffice.queues.listings.queue import QUEUE

MAY_OFFER = frozenset({SellerStatus.ACTIVE, SellerStatus.SUSPENDED})


class Received(NamedTuple):
    """A listing, its newest revision, and the case that decides it; None where nothing waits."""

    listing: Listing
    revision: ListingRevision
    case: Case | None


def receive_listing(
    session: Session, seller: Seller, form: ListingForm, *, actor: Actor, channel: str,
    submission: Submission | None = None,
) -> Received:  # fmt: skip
    """Store a listing, or an edit of one; the same content again changes nothing.

    Raises NotPossible where the seller may not sell or the listing was withdrawn for good. An edit
    while the newest revision waits replaces what that revision says: its case stays, newer.
    """
    if seller.status not in MAY_OFFER:
        raise NotPossible(text("Only a registered seller can offer listings."),
                          seller_status=seller.status)  # fmt: skip
    listing, is_new = _locked_listing(session, seller, form)
    if listing.status == ListingStatus.WITHDRAWN:
        raise NotPossible(text("This listing was withdrawn for good."),
                          listing_status=listing.status)  # fmt: skip
    _offer(listing, form)
    if is_new:
        submission = submission or submission_of_day(session, seller, channel)
        revision = _revise(session, listing, form, submission)
        case = open_case(session, QUEUE, revision, actor=actor, channel=channel, kind="new")
        return Received(listing, revision, case)
    return _edit(session, listing, form, actor, channel, submission)


def _edit(
    session: Session, listing: Listing, form: ListingForm, actor: Actor, channel: str,
    submission: Submission | None,
) -> Received:  # fmt: skip
    newest, columns = newest_revision(session, listing), form.columns()
    case = waiting_case(session, newest)
    digest, live = columns["content_sha256"], listing.live
    if digest == newest.content_sha256 or (case is None and live and digest == live.content_sha256):
        return Received(listing, newest, case)
    if case is not None and case.state != State.HELD:
        for name, value in columns.items():
            setattr(newest, name, value)
        listing.gtin = newest.gtin
        note_pictures(session, [newest])
        subject_changed(session, QUEUE, case, newest)
        return Received(listing, newest, case)
    if case is not None:
        raise NotPossible(
            text("A change of this listing is being decided: wait for its outcome."),
            case=case.reference,
        )
    submission = submission or submission_of_day(session, listing.seller, channel)
    listing.last_number += 1
    revision = _revise(session, listing, form, submission)
    case = open_case(session, QUEUE, revision, actor=actor, channel=channel, kind="edit")
    return Received(listing, revision, case)


def waiting_case(session: Session, revision: ListingRevision) -> Case | None:
    """Return the case that decides a revision, while it is not closed."""
    return session.scalars(
        select(Case).where(
            Case.queue == QUEUE.slug,
            Case.subject_id == revision.id,
            Case.kind.in_(("new", "edit")),
            Case.state != State.CLOSED,
        ),
        execution_options={"populate_existing": True},  # it may have changed before it was locked
    ).first()


def lock_listing(session: Session, seller_id: int, external_id: str) -> Listing | None:
    """Return a seller's listing, its row locked after those of the cases that wait on it."""
    lock_waiting_cases(session, seller_id, [external_id])
    return by_reference(session, seller_id, external_id, lock=True)


def lock_waiting_cases(session: Session, seller_id: int, names: Sequence[str]) -> bool:
    """Lock the cases that wait on listings: a decision locks its case first, then the listing.

    Tells whether there are any such listings.
    """
    # In two steps, and none for new listings: asked at once, a planner whose statistics lag behind
    # an import would read every open case.
    revisions = session.scalars(
        select(ListingRevision.id)
        .join(Listing, Listing.id == ListingRevision.listing_id)
        .where(Listing.seller_id == seller_id, is_one_of(Listing.external_id, names))
    ).all()
    if revisions:
        session.execute(
            select(Case.id)
            .where(Case.queue == QUEUE.slug, is_one_of(Case.subject_id, revisions))
            .where(Case.state != State.CLOSED)
            .order_by(Case.id)
            .with_for_update()
        )
    return bool(revisions)


def submission_of_day(session: Session, seller: Seller, channel: str) -> Submission:
    """Return the submission of what a seller sends one by one today; two at once make one."""
    values = {
        "seller_id": seller.id,
        "channel": channel,
        "day": now().astimezone(PARIS).date(),
    }
    session.execute(
        insert(Submission)
        .values(**values, title="", received_at=now(), is_complete=True)
        .on_conflict_do_nothing()
    )
    return session.scalars(select(Submission).filter_by(**values)).one()


def _locked_listing(session: Session, seller: Seller, form: ListingForm) -> tuple[Listing, bool]:
    """Return the listing of this number, its row locked, and whether it was made just now."""
    values = {
        "seller_id": seller.id,
        "external_id": form.external_id,
        "price_minor": form.price_minor,
        "quantity": form.quantity,
        "variant_offers": form.variant_offers(),
    }
    made = session.scalar(
        insert(Listing).values(**values).on_conflict_do_nothing().returning(Listing.id)
    )
    listing = lock_listing(session, seller.id, form.external_id)
    assert listing is not None  # noqa: S101 (inserted above, by us or by another call)
    return listing, made is not None


def _offer(listing: Listing, form: ListingForm) -> None:
    offer = (form.price_minor, form.quantity, form.variant_offers())
    if offer != (listing.price_minor, listing.quantity, listing.variant_offers):
        listing.price_minor, listing.quantity, listing.variant_offers = offer
        touch(listing, now())


def _revise(
    session: Session, listing: Listing, form: ListingForm, submission: Submission
) -> ListingRevision:
    revision = ListingRevision(
        listing=listing,
        seller_id=listing.seller_id,
        submission=submission,
        number=listing.last_number,
        **form.columns(),
    )
    listing.gtin = revision.gtin
    session.add(revision)
    session.flush()
    note_pictures(session, [revision], are_new=True)
    return revision
