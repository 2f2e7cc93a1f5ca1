"""Goods that did not come back in time: what was decided of their refund is looked at again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.refund import Refund, RefundState
from backoffice.billing.refund_outcome import lock_refund, open_again
from backoffice.core.case import Case, State
from backoffice.core.clock import day_of, now
from backoffice.core.open import note_event
from backoffice.core.permissions import SYSTEM

FLAG = "not_returned"
AT_ONCE_MAX = 200


def reopen_overdue(session: Session) -> int:
    """Open again the cases whose goods are not back by their day; returns how many.

    Nothing is cancelled: goods that come late still release the refund, unless a new decision
    took it back.
    """
    overdue = (
        select(Refund)
        .join(Case, Case.id == Refund.case_id)
        .where(Refund.state == RefundState.AWAITING_RETURN, Refund.return_by < now())
        .where(Case.state == State.CLOSED)
        .order_by(Refund.id)
        .limit(AT_ONCE_MAX)
    )
    return sum(_reopen(session, refund) for refund in session.scalars(overdue).all())


def _reopen(session: Session, refund: Refund) -> bool:
    case = lock_refund(session, refund)
    if case is None or refund.return_by is None or case.state != State.CLOSED:
        return False
    if refund.state != RefundState.AWAITING_RETURN:
        return False
    day = day_of(refund.return_by)
    open_again(session, refund, case, day)
    case.flag(FLAG)
    note_event(session, case, SYSTEM, FLAG, internal=True, values={"day": day})
    return True
