"""Leases: who holds a case now. Claims and renewals are not audited."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    ScalarSelect,
    Text,
    all_,
    and_,
    bindparam,
    cast,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from backoffice.core.base import UtcDateTime
from backoffice.core.case import DUE_FIRST, Case, CaseEvent, State
from backoffice.core.clock import now
from backoffice.core.open import note_event
from backoffice.core.permissions import Actor
from backoffice.core.queue import QUEUES, queue_of
from backoffice.core.refusal import Barred, Full, NotFound, NotPossible, Taken
from backoffice.core.text import text
from config.settings import get_settings

QUEUE = bindparam("in_queue", type_=Text)
STAFF = bindparam("staff_id", type_=BigInteger)
NAME = bindparam("staff_name", type_=Text)
UNTIL = bindparam("until", type_=UtcDateTime)
MOST = bindparam("most", type_=Integer)


def is_free(*, for_lead: bool) -> ColumnElement[bool]:
    """Return the condition that “next” may give a case of this queue to this person."""
    rules: list[ColumnElement[bool]] = [
        Case.queue == QUEUE,
        Case.state == State.OPEN,
        or_(Case.lease_until.is_(None), Case.lease_until < func.now()),
        or_(Case.assignee_id.is_(None), Case.assignee_id == STAFF),
        all_(Case.barred) != STAFF,
    ]
    if not for_lead:
        rules.append(~Case.flags.contains(["escalated"]))
    return and_(*rules)


def held_count() -> ScalarSelect[int]:
    """Return the subquery that counts how many leases of this person are running."""
    mine = Case.__table__.alias("mine")
    running = (mine.c.holder_id == STAFF, mine.c.lease_until > func.now())
    return select(func.count()).select_from(mine).where(*running).scalar_subquery()


IS_FULL = select(held_count() >= MOST)


def lease_end() -> datetime:
    """Return when a lease taken or renewed now ends."""
    return now() + timedelta(minutes=get_settings().lease_minutes)


def claim_next(
    session: Session, queue: str, actor: Actor, where: Sequence[Any] = ()
) -> Case | None:
    """Lease the most urgent free case to this person: one statement, no case given twice.

    Raises `Full` when she already holds as many as one may; returns None when nothing is free.
    """
    values = {
        "in_queue": queue,
        "staff_id": actor.id,
        "staff_name": actor.name,
        "until": lease_end(),
        "most": get_settings().leases_max,
    }
    for_lead = actor.may(QUEUES[queue].permission("override"))
    statement = _claiming(for_lead, tuple(where)) if where else _claiming_any(for_lead)
    taken = session.scalars(statement, values).first()
    if taken is None:
        _refuse_when_full(session, actor)
    return taken


def held_next(session: Session, queue: str, actor: Actor, where: Sequence[Any] = ()) -> Case | None:
    """Return the most urgent open case that this person holds already, None when she has none."""
    hers = (Case.holder_id == actor.id, Case.lease_until > func.now())
    return session.scalars(
        select(Case)
        .where(Case.queue == queue, Case.state == State.OPEN, *hers, *where)
        .order_by(*DUE_FIRST)
        .limit(1)
    ).first()


def _claiming(for_lead: bool, where: tuple[Any, ...] = ()) -> Any:
    chosen = (
        select(Case.id)
        .where(is_free(for_lead=for_lead), *where, held_count() < MOST)
        .order_by(*DUE_FIRST)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    return (
        update(Case)
        .where(Case.id == chosen.c.id)
        .values(holder_id=STAFF, lease_until=UNTIL)
        .returning(Case)
        .add_cte(_claimed_line(chosen))
        .execution_options(synchronize_session=False, populate_existing=True)
    )


_claiming_any = lru_cache(maxsize=2)(_claiming)  # building the statement costs more than running it


def _claimed_line(chosen: CTE) -> CTE:
    """Write the timeline's line in the same statement: a claim is one round trip."""
    line = {
        "case_id": chosen.c.id,
        "at": func.now(),
        "actor_kind": literal("staff"),
        "actor_id": STAFF,
        "actor_name": NAME,
        "verb": literal("claimed"),
        "internal": false(),
        "body": literal(""),
        "values": cast({}, JSONB),
    }
    return insert(CaseEvent).from_select(list(line), select(*line.values())).cte("line")


def _refuse_when_full(session: Session, actor: Actor) -> None:
    most = get_settings().leases_max
    if session.scalar(IS_FULL, {"staff_id": actor.id, "most": most}):
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
