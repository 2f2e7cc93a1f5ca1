"""What a measure hit, as far as the database asks: since when it is there, until when it is not."""

from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.marketplace.listing import Listing
from backoffice.marketplace.review import Review
from backoffice.marketplace.sanction import Sanction, SubjectKind
from backoffice.marketplace.seller import Seller
from backoffice.marketplace.thread_message import ThreadMessage
from backoffice.marketplace.transparency.compose import Facts


def facts_of(session: Session, target: str, decision_id: int) -> Facts:
    """Return what is known of a statement's target, as "listing:42" names it."""
    kind, _, number = target.partition(":")
    return KINDS[kind](session, int(number), decision_id)


def _listing(session: Session, number: int, _decision_id: int) -> Facts:
    listing = session.get_one(Listing, number)
    return Facts(listing.published_at or listing.created_at, (listing.live or listing).gtin)


def _seller(session: Session, number: int, decision_id: int) -> Facts:
    """Say when a suspension ends, or from when on an account does."""
    sanction = session.scalars(
        select(Sanction)
        .where(Sanction.decision_id == decision_id, Sanction.lifted_at.is_(None))
        .where(Sanction.subject_kind == SubjectKind.SELLER, Sanction.subject_id == number)
    ).one()
    seller = session.get_one(Seller, number)
    return Facts(seller.created_at, starts_at=sanction.effective_at, ends_at=sanction.ends_at)


def _review(session: Session, number: int, _decision_id: int) -> Facts:
    return Facts(session.get_one(Review, number).written_at)


def _message(session: Session, number: int, _decision_id: int) -> Facts:
    return Facts(session.get_one(ThreadMessage, number).sent_at)


KINDS: Mapping[str, Callable[[Session, int, int], Facts]] = {
    "listing": _listing,
    "seller": _seller,
    "review": _review,
    "message": _message,
}
