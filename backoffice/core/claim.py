"""Leases: who holds a case now. Claims and renewals are not audited."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from backoffice.core.case import Case, State
from backoffice.core.clock import now
from backoffice.core.open import note_event
from backoffice.core.permissions import Actor
from backoffice.core.queue import QUEUES, queue_of
from backoffice.core.refusal import Barred, Full, NotFound, NotPossible, Taken
from backoffice.core.text import text
from config.settings import get_settings


def free_for(actor: Actor, queue: str) -> ColumnElement[bool]:
    """Return the condition that “next” may give a case of this queue to this person."""
    rules: list[Any] = [
        Case.queue == queue,
        Case.state == State.OPEN,
        or_(Case.lease_until.is_(None), Case.lease_until < func.now()),
        or_(Case.assignee_id.is_(None), Case.assignee_id == actor.id),
        ~Case.barred.contains([actor.id]),
    ]
    if not actor.may(QUEUES[queue].permission("override")):
        rules.append(~Case.flags.contains(["escalated"]))
    return and_(*rules)


def held_count(staff_id: int) -> Any:
    """Return the subquery that counts how many leases of this person are running."""
    mine = Case.__table__.alias("mine")
    return (
        select(func.count())
        .select_from(mine)
        .where(mine.c.holder_id == staff_id, mine.c.lease_until > func.now())
        .scalar_subquery()
    )


def lease_end() -> datetime:
    """Return when a lease taken or renewed now ends."""
    return now() + timedelta(minutes=get_settings().lease_minutes)


def claim_next(
    session: Session, queue: str, actor: Actor, where: Iterable[Any] = ()
) -> Case | None:
    """Lease the most urgent free case to this person: one statement, no case given twice.

    Raises `Full` when she already holds as many as one may; returns None when nothing is free.
    """
    chosen = (
        select(Case.id)
        .where(free_for(actor, queue), *where)
        .where(held_count(actor.id or 0) < get_settings().leases_max)
        .order_by(Case.due_at, Case.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = session.execute(
        update(Case)
        .where(Case.id == chosen)
        .values(holder_id=actor.id, lease_until=lease_end())
        .returning(Case.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if taken is None:
        _refuse_when_full(session, actor)
        return None
    case = session.get_one(Case, taken, populate_existing=True)
    note_event(session, case, actor, "claimed")
    return case


def _refuse_when_full(session: Session, actor: Actor) -> None:
    most = get_settings().leases_max
    if session.scalar(select(held_count(actor.id or 0) >= most)):
        raise Full(text("You already hold %(most)s cases: decide or release one.", most=most))


def claim(session: Session, case: Case, actor: Actor) -> None:
    """Lease this case to this person; the row must be locked by the caller."""
    queue = queue_of(case)
    if not actor.may(queue.permission("claim")):
        raise NotFound(text("There is no such case."))
    if case.state not in (State.OPEN, State.WAITING):
        raise NotPossible(text("This case is no longer waiting for a decision."))
    if actor.id in case.barred:
        raise Barred(text("You took part in the decision that this case is about."))
    if "escalated" in case.flags and not actor.may(queue.permission("override")):
        raise Taken(text("This case was handed to a lead."))
    if case.is_held_by(actor.id):
        return
    if case.is_leased():
        raise Taken(text("Somebody else took this case."), holder_id=case.holder_id)
    _refuse_when_full(session, actor)
    case.holder_id, case.lease_until = actor.id, lease_end()
    note_event(session, case, actor, "claimed")


def renew(session: Session, case: Case, actor: Actor) -> bool:
    """Lengthen this person's lease; one that expired comes back if nobody took the case."""
    if case.holder_id != actor.id:
        return False
    case.lease_until = lease_end()
    return True


def release(session: Session, case: Case, actor: Actor) -> None:
    """Give the case back to the queue."""
    if case.holder_id == actor.id:
        case.release_lease()
        case.assignee_id = None if case.assignee_id == actor.id else case.assignee_id
        note_event(session, case, actor, "released")
