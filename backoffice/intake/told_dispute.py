"""Disputes as the API tells them: amounts only once they are final."""

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.public import final_decision, public_status
from backoffice.intake.dispute_answers import DisputeReceived, DisputeState
from backoffice.intake.told import tell_case
from backoffice.queues.disputes.model import Dispute
from backoffice.queues.disputes.receive import Received

BEARERS = {"refund": "seller", "goodwill": "marketplace"}


def tell_received_dispute(session: Session, received: Received) -> DisputeReceived:
    """Tell what came in."""
    return DisputeReceived(
        id=received.dispute.id,
        external_id=received.dispute.external_id,
        case=received.case.reference,
        status=public_status(session, received.case),
    )


def tell_dispute(session: Session, dispute: Dispute, case: Case) -> DisputeState:
    """Tell where a dispute is; what is paid, once that is final."""
    decision = final_decision(session, case)
    return DisputeState(
        id=dispute.id,
        external_id=dispute.external_id,
        order=dispute.order.external_id,
        basis=dispute.basis,
        amount_minor=dispute.amount_minor,
        currency=dispute.currency,
        case=tell_case(session, case),
        decided_minor=decision.data.get("amount_minor", 0) if decision else None,
        paid_by=BEARERS.get(decision.action) if decision else None,
    )
