"""The end of a seller's account: with its notice, or sooner under a proven exception."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.clock import Unit, add
from backoffice.core.decision import Decision, DecisionReason, DecisionState
from backoffice.core.lock import lock
from backoffice.core.refusal import NotPossible
from backoffice.core.text import N_, text
from backoffice.marketplace.sanction.impose import Basis, Change, impose
from backoffice.marketplace.sanction.model import (
    NoticeException,
    Sanction,
    SanctionKind,
    SubjectKind,
)
from backoffice.marketplace.seller import Seller, SellerStatus, set_status
from config.settings import get_settings

EXCEPTIONS = {
    NoticeException.LEGAL_OBLIGATION: N_("A legal obligation to end it without this notice"),
    NoticeException.IMPERATIVE_REASON: N_("An imperative reason under national law"),
    NoticeException.REPEATED_INFRINGEMENT: N_("Repeated infringement of our terms"),
}
"""When an account may end without notice (P2B art. 4(4)), each to be proven."""


def terminate_seller(
    session: Session,
    seller: Seller,
    basis: Basis,
    *,
    effective_at: datetime | None = None,
    exception: str = "",
    proof: Mapping[str, Any] | None = None,
) -> Change:
    """End a seller's account: as soon as it may be, or later; raises NotPossible.

    `proof` of an exception is {"text": …, "decisions": [numbers of earlier decisions]}.
    """
    lock(session, seller)
    if seller.status not in (SellerStatus.ACTIVE, SellerStatus.SUSPENDED):
        raise NotPossible(text("Only an account that is active or suspended can be ended."))
    shown = dict(proof or {})
    if exception:
        _must_be_proven(session, seller, exception, shown, basis)
    earliest = basis.at if exception else earliest_termination(basis)
    effective_at = effective_at or earliest
    if effective_at < earliest:
        raise NotPossible(
            text("Without a proven exception an account ends %(days)s days after the notice at "
                 "the earliest.", days=get_settings().termination_notice_days)
        )  # fmt: skip
    more: dict[str, Any] = {}
    if effective_at <= basis.at:
        before = set_status(seller, SellerStatus.TERMINATED, at=basis.at)
        more = {"before": before, "applied_at": basis.at}
    return impose(
        session,
        seller,
        SanctionKind.TERMINATION,
        basis,
        effective_at=effective_at,
        exception=exception,
        proof=shown,
        **more,
    )


def earliest_termination(basis: Basis) -> datetime:
    """Return when an account may end of which this decision gives notice."""
    return add(basis.notified_at, get_settings().termination_notice_days, Unit.CALENDAR_DAYS)


def _must_be_proven(
    session: Session, seller: Seller, exception: str, proof: Mapping[str, Any], basis: Basis
) -> None:
    if exception not in EXCEPTIONS:
        raise NotPossible(text("Choose one of the exceptions to the notice."))
    if not str(proof.get("text", "")).strip():
        raise NotPossible(text("Write down what proves the exception to the notice."))
    if exception == NoticeException.REPEATED_INFRINGEMENT:
        earlier = set(proof.get("decisions", ()))
        if not earlier or earlier - _standing_against(session, seller, earlier, basis.at):
            raise NotPossible(
                text("Repeated infringement is proven by earlier decisions against this seller "
                     "that still stand: link at least one, and only such.")
            )  # fmt: skip


def _standing_against(
    session: Session, seller: Seller, numbers: set[int], at: datetime
) -> set[int]:
    """Return which of these decisions were told, stand, and hit the seller: by a measure on it, or
    with reasons on something of its own.
    """
    measured = exists().where(
        Sanction.decision_id == Decision.id,
        Sanction.subject_kind == SubjectKind.SELLER,
        Sanction.subject_id == seller.id,
        Sanction.lifted_at.is_(None),
    )
    reasoned = exists().where(DecisionReason.decision_id == Decision.id)
    return set(
        session.scalars(
            select(Decision.id)
            .join(Case, Case.id == Decision.case_id)
            .where(Decision.id.in_(numbers), Decision.state == DecisionState.EXECUTED)
            .where(Decision.undo_until <= at)
            .where(or_(measured, and_(Case.seller_id == seller.id, reasoned)))
        )
    )
