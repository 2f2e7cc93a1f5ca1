"""What the world outside may know of a case: never a decision that may still be undone."""

from sqlalchemy.orm import Session

from backoffice.core.case import Case, State
from backoffice.core.decision import Decision, current_decision
from backoffice.core.request import InfoRequest, open_request

PENDING, WAITING = "pending", "waiting"


def final_decision(session: Session, case: Case) -> Decision | None:
    """Return the decision that ended a case, once it can no longer be undone."""
    decision = current_decision(session, case) if case.state == State.CLOSED else None
    return decision if decision and decision.is_final() else None


def told_request(session: Session, case: Case) -> InfoRequest | None:
    """Return the question that the party was told, and that the case waits on."""
    request = open_request(session, case) if case.state == State.WAITING else None
    if request is None or request.decision_id is None:
        return request
    decision = session.get_one(Decision, request.decision_id)
    return request if decision.is_final() else None


def public_status(session: Session, case: Case) -> str:
    """Return `pending` (open, held, or undo still possible), `waiting`, or the resolution."""
    if case.state == State.CLOSED:
        decision = current_decision(session, case)  # none: it ended with the case it came from
        is_told = decision is None or decision.is_final()
        return case.resolution if is_told and case.resolution else PENDING
    return WAITING if told_request(session, case) else PENDING
