"""Examining a seller's account: a case of kind `account` about its latest registration."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, State
from backoffice.core.claim import claim
from backoffice.core.open import note_event, open_case
from backoffice.core.permissions import Actor
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.marketplace.seller import Seller, SellerStatus
from backoffice.queues.registrations.account import ACCOUNT
from backoffice.queues.registrations.model import Registration
from backoffice.queues.registrations.queue import QUEUE

EXAMINABLE = frozenset({SellerStatus.ACTIVE, SellerStatus.SUSPENDED})


def examine_account(session: Session, seller: Seller, *, actor: Actor, why: str) -> Case:
    """Open the case that decides about a seller's account, and take it; `why` is for staff alone.

    Raises NotPossible where there is nothing to decide, and (with the `case`) while one is open.
    """
    session.refresh(seller, with_for_update=True)  # two at once open one case
    if seller.status not in EXAMINABLE:
        raise NotPossible(text("Only an account that is active or suspended can be examined."))
    if standing := account_case(session, seller):
        raise NotPossible(text("This account is being examined already."), case=standing.reference)
    registration = latest_registration(session, seller)
    if registration is None:
        raise NotPossible(text("No registration of this seller is kept: no case can be opened."))
    case = open_case(session, QUEUE, registration, actor=actor, channel="staff", kind=ACCOUNT)
    note_event(session, case, actor, "account_examination_asked", body=why, internal=True)
    claim(session, case, actor)
    return case


def account_case(session: Session, seller: Seller) -> Case | None:
    """Return the case about a seller's account, while it is not closed."""
    return session.scalars(
        select(Case).where(
            Case.queue == QUEUE.slug,
            Case.kind == ACCOUNT,
            Case.seller_id == seller.id,
            Case.state != State.CLOSED,
        )
    ).first()


def latest_registration(session: Session, seller: Seller) -> Registration | None:
    """Return what a seller sent last to be registered."""
    return session.scalars(
        select(Registration)
        .where(Registration.seller_id == seller.id)
        .order_by(Registration.attempt.desc())
        .limit(1)
    ).first()
