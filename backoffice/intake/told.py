"""Cases and registrations as the API tells them: nothing that may still be undone."""

from typing import NamedTuple

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


class Grounds(NamedTuple):
    """The reasons of a decision, and the statement that named them."""

    reasons: list[ReasonGiven]
    statement: StatementGiven | None


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
    told = tell_grounds(session, case)
    return RegistrationState(
        id=registration.id,
        external_id=registration.seller.external_id,
        attempt=registration.attempt,
        plan=registration.plan,
        case=tell_case(session, case),
        status=public_status(session, case),
        reasons=told.reasons,
        statement=told.statement,
    )


def tell_grounds(session: Session, case: Case) -> Grounds:
    """Tell why a case was decided as it was; nothing while that may be undone."""
    decision = final_decision(session, case)
    if decision is None or not decision.statements:
        return Grounds([], None)
    statement = decision.statements[-1]
    reasons = [ReasonGiven.model_validate(one) for one in statement.parts["grounds"]]
    return Grounds(reasons, _statement(statement))


def _statement(statement: Statement) -> StatementGiven:
    parts = statement.parts
    with force_locale(statement.locale):
        said = {name: say(parts[name]) for name in ("measure", "scope", "duration")}
    return StatementGiven.model_validate({**parts, **said, "locale": statement.locale})
