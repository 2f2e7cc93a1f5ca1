"""What a party sent again after a refusal: whether it may, and what has become of it."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.action import Context
from backoffice.core.case import Case, CaseLink
from backoffice.core.clock import now
from backoffice.core.decision import Decision
from backoffice.core.link import Scope
from backoffice.core.public import final_decision
from backoffice.core.queue import queue_of
from backoffice.core.text import N_
from backoffice.portal.visit import Visit
from backoffice.portal.words import EXAMINED, outcome


class SentAgain(NamedTuple):
    """The newer case, and where it stands, in words."""

    case: Case
    said: str


def sent_again(session: Session, case: Case) -> Case | None:
    """Return the case in which this one's subject came in again, corrected."""
    newer = (
        select(Case)
        .join(CaseLink, CaseLink.to_id == Case.id)
        .where(CaseLink.from_id == case.id, CaseLink.relation == "earlier")
    )
    return session.scalars(newer.order_by(Case.id.desc()).limit(1)).first()


def told_again(session: Session, visit: Visit) -> SentAgain | None:
    """Return what was sent again from this case, where that can be done at all."""
    if visit.queue.resubmit is None or (newer := sent_again(session, visit.case)) is None:
        return None
    noun = queue_of(newer).noun
    decision = final_decision(session, newer)
    examined = EXAMINED.get(noun, N_("We are examining your case"))
    return SentAgain(newer, outcome(noun, decision) if decision else examined)


def may_send_again(session: Session, visit: Visit, decision: Decision | None) -> bool:
    """Tell whether the visitor, who came by this decision's link, may send it again corrected."""
    resubmit, link = visit.queue.resubmit, visit.link
    if resubmit is None or decision is None:
        return False
    if link.scope != Scope.CONTEST or link.decision_id != decision.id:
        return False
    context = Context(session, visit.case, visit.subject, visit.actor, now(), decision=decision)
    return sent_again(session, visit.case) is None and resubmit.fits(context)
