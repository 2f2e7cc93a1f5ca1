"""Taking a measure back, or letting it end: its subject goes back to what it was before."""

from datetime import datetime

from sqlalchemy import func
from sqlalchemy.orm import Session

from backoffice.core.lock import lock
from backoffice.marketplace.notifier import Notifier
from backoffice.marketplace.sanction.impose import Change
from backoffice.marketplace.sanction.model import Sanction, SanctionKind, SubjectKind
from backoffice.marketplace.seller import Seller, SellerStatus, restore_status

LEFT_BEHIND = {
    SanctionKind.SUSPENSION: SellerStatus.SUSPENDED,
    SanctionKind.TERMINATION: SellerStatus.TERMINATED,
}


def lift(session: Session, change: Change, at: datetime) -> None:
    """Take back exactly what one measure did; its row stays, marked, and counts no more."""
    sanction = lock(session, session.get_one(Sanction, change["sanction"]))
    if sanction.lifted_at is not None:
        return
    sanction.lifted_at = at
    if sanction.ended_at is None:
        give_back(session, sanction)


def give_back(session: Session, sanction: Sanction) -> bool:
    """Take the effect of a measure that no longer runs off; tell whether its subject changed."""
    if sanction.applied_at is None:
        return False
    if sanction.subject_kind == SubjectKind.NOTIFIER:
        return _readmit(session, sanction)
    seller = lock(session, session.get_one(Seller, sanction.subject_id))
    left = LEFT_BEHIND[SanctionKind(sanction.kind)]
    if (seller.status, seller.status_at) == (left, sanction.applied_at):
        restore_status(seller, sanction.before)
        return True
    _let_newer_go_back_further(session, sanction)
    return False


def _let_newer_go_back_further(session: Session, sanction: Sanction) -> None:
    """What was imposed on top of this measure stays, and one day restores what was before both."""
    applied = Sanction.of(sanction.subject_kind, sanction.subject_id).where(
        Sanction.id > sanction.id, Sanction.applied_at.is_not(None)
    )
    for newer in session.scalars(applied):
        if datetime.fromisoformat(newer.before["status_at"]) == sanction.applied_at:
            newer.before = sanction.before


def _readmit(session: Session, sanction: Sanction) -> bool:
    """Let a notifier wait only for the suspensions that still run."""
    notifier = lock(session, session.get_one(Notifier, sanction.subject_id))
    running = Sanction.of(SubjectKind.NOTIFIER, notifier.id).where(
        Sanction.kind == SanctionKind.SUSPENSION, Sanction.ended_at.is_(None)
    )
    before = notifier.suspended_until
    notifier.suspended_until = session.scalar(running.with_only_columns(func.max(Sanction.ends_at)))
    return notifier.suspended_until != before
