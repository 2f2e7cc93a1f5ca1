"""What the page of a request shows: who asks, what is in the way, how far it is."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.decision import current_decision
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.marketplace.erasing.run import Outlook, Report
from backoffice.queues.erasures import model
from backoffice.queues.erasures.blockers import blockers_of
from backoffice.queues.erasures.foreseen import ACTIONS, KEPT, outlook_of

GOING_ON = (model.Stage.RECEIVED, model.Stage.SCHEDULED)


def evidence(session: Session, case: Case, erasure: model.Erasure) -> dict[str, Any]:
    """Return what the page of a request needs to know."""
    return {
        "blockers": blockers_of(session, erasure) if erasure.stage in GOING_ON else [],
        "classes": _classes(session, erasure),
        "gone_words": ACTIONS,
        "kept_words": KEPT,
        "letter": outcome_letter(session, case),
        "kind_words": model.KINDS,
        "identity_words": model.IDENTITIES,
        "stage_words": model.STAGES,
    }


def _classes(session: Session, erasure: model.Erasure) -> Sequence[Outlook]:
    """Return what would become of the data, or what did."""
    if erasure.stage in GOING_ON:
        return outlook_of(session, erasure, now())
    return Report.from_json(erasure.report).classes if erasure.report else []


def outcome_letter(session: Session, case: Case) -> OutboxMessage | None:
    """Return the e-mail that told the decision that stands, if there is one."""
    decision = current_decision(session, case)
    if decision is None:
        return None
    return session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.decision_id == decision.id, OutboxMessage.channel == Channel.MAIL)
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    ).first()
