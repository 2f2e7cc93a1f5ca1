"""What the world outside may know of a case: never a decision that may still be undone."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, State
from backoffice.core.decision import Decision, DecisionState, current_decision
from backoffice.core.link import PortalLink, Scope
from backoffice.core.party import Party
from backoffice.core.request import InfoRequest, open_request

PENDING, WAITING = "pending", "waiting"


def final_decision(session: Session, case: Case) -> Decision | None:
    """Return the decision that ended a case, once it can no longer be undone."""
    decision = current_decision(session, case) if case.state == State.CLOSED else None
    return decision if decision and decision.is_final() else None


def telling_decision(session: Session, decision: Decision, party: Party) -> Decision:
    """Return the decision by which a party learnt what stands.

    It is an earlier one where this one, which told others, changed nothing for the party.
    """
    while decision.supersedes_id and not is_told(session, decision, party):
        if not _links(session, decision):
            break  # nobody is told yet: it will be told to all, as one e-mail about several does
        decision = session.get_one(Decision, decision.supersedes_id)
    return decision


def is_told(session: Session, decision: Decision, party: Party) -> bool:
    """Tell whether a party was given the way to this decision."""
    return (party.kind, party.id) in _links(session, decision)


def _links(session: Session, decision: Decision) -> set[tuple[str, int]]:
    links = select(PortalLink.party_kind, PortalLink.party_id).where(
        PortalLink.decision_id == decision.id, PortalLink.scope == Scope.CONTEST
    )
    return {(kind, number) for kind, number in session.execute(links)}


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
    is_waiting = told_request(session, case) is not None or _is_answered(session, case)
    return WAITING if is_waiting else PENDING


def _is_answered(session: Session, case: Case) -> bool:
    """Tell whether a conversation waits for its party: our last word was told, and asks nothing."""
    if case.state != State.WAITING or open_request(session, case) is not None:
        return False
    last = Decision.of_case(case).where(Decision.state == DecisionState.EXECUTED)
    decision = session.scalars(last.order_by(Decision.id.desc()).limit(1)).first()
    return decision is None or decision.is_final()
