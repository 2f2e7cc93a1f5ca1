"""The end of waiting: a party that did not answer in time gives the case back to who asked."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.action import Context
from backoffice.core.audit import record
from backoffice.core.case import Case, State
from backoffice.core.clock import now
from backoffice.core.execute import resume_clock
from backoffice.core.open import note_event
from backoffice.core.permissions import SYSTEM
from backoffice.core.queue import queue_of

AT_ONCE = 500  # cases in one transaction; the next run takes the others


def expire_waits(session: Session) -> int:
    """Reopen, marked *no reply*, the cases whose date for an answer has passed; return how many.

    The clock runs on, and the person who asked keeps the case. Nothing was decided and nothing
    changed in the subject, so the version stays.
    """
    at = now()
    late = session.scalars(
        select(Case)
        .where(Case.state == State.WAITING, Case.waiting_until < at)
        .order_by(Case.waiting_until)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for case in late:
        asked = {"of": case.waiting_for}
        resume_clock(Context(session, case, None, SYSTEM, at))
        case.state, case.waiting_for, case.waiting_until = State.OPEN, None, None
        case.flag("no_reply")
        note_event(session, case, SYSTEM, "no_reply", values=asked)
        record(session, stream=case.stream, verb=f"{queue_of(case).noun}.no_reply", actor=SYSTEM,
               detail=asked)  # fmt: skip
    return len(late)
