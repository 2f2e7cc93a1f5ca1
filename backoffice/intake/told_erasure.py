"""Deletion requests as the API tells them: a decision only once it is final."""

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.public import final_decision, public_status
from backoffice.intake.erasure_answers import DataClass, ErasureReceived, ErasureState
from backoffice.intake.told import tell_case
from backoffice.queues.erasures.model import Erasure, Stage
from backoffice.queues.erasures.receive import Received


def tell_received_erasure(session: Session, received: Received) -> ErasureReceived:
    """Tell what came in."""
    return ErasureReceived(
        id=received.erasure.id,
        external_id=received.erasure.external_id or "",
        case=received.case.reference,
        status=public_status(session, received.case),
    )


def tell_erasure(session: Session, erasure: Erasure, case: Case) -> ErasureState:
    """Tell where a request is; what is kept, once that is known for good."""
    is_told = erasure.stage == Stage.RECEIVED or final_decision(session, case) is not None
    classes = (erasure.report or {}).get("classes", [])
    return ErasureState(
        id=erasure.id,
        external_id=erasure.external_id or "",
        kind=erasure.kind,
        party=erasure.party_kind,
        case=tell_case(session, case),
        stage=erasure.stage if is_told else Stage.RECEIVED,
        executed_at=erasure.executed_at,
        kept=[DataClass.model_validate(one) for one in classes if one["until"]],
    )
