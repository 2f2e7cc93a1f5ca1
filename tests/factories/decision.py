"""Decisions for tests: taken through the door, settled when their time to undo is to be over."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, State
from backoffice.core.claim import claim
from backoffice.core.clock import now
from backoffice.core.decide import decide
from backoffice.core.decision import Decision, Reason
from backoffice.queues.registrations.traceability import ITEMS
from tests.factories.staff import make_staff

APPROVAL = {f"trace_{i}": "verified" for i in ITEMS} | {f"why_{i}": "Vu." for i in ITEMS}


def refusal(session: Session, code: str = "company_closed") -> dict[str, Any]:
    """Return what the form of a refusal says."""
    reason = session.scalars(select(Reason).where(Reason.code == code)).one()
    return {"reasons": [reason.id], "facts": "La société est radiée depuis mars."}


def decided(
    session: Session, case: Case, action: str, data: Mapping[str, Any] | None = None,
    *, actor: Any = None, settled: bool = True,
) -> Decision:  # fmt: skip
    """Take an action on a case as a lead; a settled one can no longer be undone."""
    actor = actor or make_staff(session, role="lead").actor
    if case.state in (State.OPEN, State.WAITING):
        claim(session, case, actor)
    decision = decide(
        session, case.reference, action, actor=actor, data=data or {}, version=case.version
    )
    if settled:
        decision.undo_until = now() - timedelta(seconds=1)
    session.flush()
    return decision
