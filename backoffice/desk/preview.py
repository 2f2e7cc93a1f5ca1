"""The mails of a decision as they would leave, found by taking it and taking all of it back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backoffice.core.decide import decide
from backoffice.core.decision import Decision, DecisionState
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.permissions import SYSTEM, Actor
from backoffice.notify.render import Rendered, preview_mails


def preview(
    session: Session, reference: str, name: str, *, actor: Actor, data: Mapping[str, Any],
    version: int, bulk_id: UUID | None = None,
) -> list[Rendered]:  # fmt: skip
    """Return the e-mails that this action would send; raises what the action would raise.

    The whole decision is made inside a savepoint and rolled back. One that would be held is shown
    as if a second person had confirmed it.
    """
    savepoint = session.begin_nested()
    try:
        decision = decide(session, reference, name, actor=actor, data=data, version=version,
                          bulk_id=bulk_id)  # fmt: skip
        if decision is None:
            return []
        if decision.state == DecisionState.HELD:
            held_at = decision.case.version
            decide(session, reference, "confirm_hold", actor=SYSTEM, data={}, version=held_at)
        return preview_mails(session.scalars(_mails_of(decision)).all())
    finally:
        savepoint.rollback()


def _mails_of(decision: Decision):
    parts = select(Decision.id).where(
        or_(Decision.id == decision.id, Decision.part_of_id == decision.id)
    )
    return (
        select(OutboxMessage)
        .where(OutboxMessage.decision_id.in_(parts), OutboxMessage.channel == Channel.MAIL)
        .order_by(OutboxMessage.id)
    )
