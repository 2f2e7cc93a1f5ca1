"""Cases and registrations as the API tells them: nothing that may still be undone."""

from flask_babel import force_locale
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.decision import Statement
from backoffice.core.public import (
    PENDING,
    WAITING,
    final_decision,
    public_status,
    told_request,
)
from backoffice.core.request import InfoRequest
from backoffice.intake.answers import (
    Awaited,
    CaseState,
    ReasonGiven,
    RegistrationState,
    StatementGiven,
)
from backoffice.queues.registrations.receive import Attempt
from backoffice.web.text import say

STATES = {PENDING: "open", WAITING: "waiting"}


def tell_case(session: Session, case: Case) -> CaseState:
    """Tell where a case is, and what it waits for."""
    status = public_status(session, case)
    has_ended = status not in STATES
    request = told_request(session, case)
    return CaseState(
        reference=case.reference,
        queue=case.queue,
        status=status,
        state=STATES.get(status, "closed"),
        resolution=status if has_ended else None,
        received_at=case.received_at,
        due_at=None if has_ended else case.due_at,
        awaited=_awaited(request) if request else None,
    )


def _awaited(request: InfoRequest) -> Awaited:
    return Awaited(
        of=request.asked_of, question=request.question, fields=request.fields, until=request.until
    )


def tell_registration(session: Session, attempt: Attempt) -> RegistrationState:
    """Tell how a registration stands; once refused for good, why."""
    registration, case = attempt
    decision = final_decision(session, case)
    statement = decision.statements[-1] if decision and decision.statements else None
    grounds = statement.parts["grounds"] if statement else []
    return RegistrationState(
        id=registration.id,
        external_id=registration.seller.external_id,
        attempt=registration.attempt,
        plan=registration.plan,
        case=tell_case(session, case),
        status=public_status(session, case),
        reasons=[ReasonGiven.model_validate(one) for one in grounds],
        statement=_statement(statement) if statement else None,
    )


def _statement(statement: Statement) -> StatementGiven:
    parts = statement.parts
    with force_locale(statement.locale):
        said = {name: say(parts[name]) for name in ("measure", "scope", "duration")}
    return StatementGiven.model_validate({**parts, **said, "locale": statement.locale})
