"""The statements of reasons of a case as documents: what each is called, and when it left."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.decision import Decision, DecisionState, Statement
from backoffice.notify.statement import file_names, sent_times

TOLD = (DecisionState.EXECUTED, DecisionState.SUPERSEDED)


class Told(NamedTuple):
    """One statement, the name of its file, and when that left attached to an e-mail."""

    statement: Statement
    name: str
    sent_at: datetime | None


def told_of(session: Session, case: Case) -> list[Told]:
    """Return the statements of a case's decisions that took effect, oldest first."""
    statements = session.scalars(
        select(Statement)
        .join(Decision, Decision.id == Statement.decision_id)
        .where(Decision.case_id == case.id, Decision.state.in_(TOLD))
        .order_by(Statement.id)
    ).all()
    names, times = file_names(statements), sent_times(session, statements)
    return [Told(one, names[one.id], times.get(one.document_sha256 or "")) for one in statements]
