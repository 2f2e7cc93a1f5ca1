"""What the page of an appeal shows: the decision it contests, what stands now, who may judge."""

from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.action import Action
from backoffice.core.case import Case
from backoffice.core.checks import results_of
from backoffice.core.decision import Decision, current_decision
from backoffice.core.queue import queue_of
from backoffice.notify.statement import sent_times
from backoffice.queues.appeals.model import Appeal
from backoffice.staff.model import Staff


class Made(NamedTuple):
    """A decision on the first case, with its action and who took part in it."""

    decision: Decision
    action: Action | None
    by: tuple[str, ...]


def evidence(session: Session, case: Case, appeal: Appeal) -> dict[str, Any]:
    """Return the first case with its checks, the decisions, and the names of who may judge."""
    first = appeal.first_case
    standing = current_decision(session, first)
    people = session.scalars(select(Staff).where(Staff.active).order_by(Staff.name))
    return {
        "first": first,
        "first_queue": queue_of(first),
        "first_results": results_of(session, first),
        "contested": _made(session, appeal.decision),
        "contested_sent": sent_times(session, appeal.decision.statements),
        "names_measures": any(one.measure for one in appeal.contested),
        "standing": _made(session, standing) if standing else None,
        "judges": [
            one.name
            for one in people
            if one.actor.may("appeal:claim") and one.id not in case.barred
        ],
    }


def _made(session: Session, decision: Decision) -> Made:
    action = queue_of(decision.case).action(decision.action)
    ids = [one for one in (decision.actor_id, decision.confirmed_by_id) if one]
    names = session.scalars(select(Staff.name).where(Staff.id.in_(ids)).order_by(Staff.id))
    return Made(decision, action, tuple(names))
