"""Who does what today, and what waits for the person who looks."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, State
from backoffice.core.clock import PARIS, now
from backoffice.core.decision import Decision, DecisionState
from backoffice.core.permissions import Actor
from backoffice.core.queue import QUEUES
from backoffice.insight.queues import end_of_today, is_late
from backoffice.staff.model import Staff


class Colleague(NamedTuple):
    """One person's day: how many cases she holds, how many she decided, and which she is on."""

    name: str
    held: int
    decided: int
    on: str | None


class Todo(NamedTuple):
    """How much of each kind waits for one person."""

    held: int  # leases running
    due_today: int
    late: int
    to_confirm: int
    sent_back: int
    escalated: int


def team_today(session: Session) -> list[Colleague]:
    """Return everybody who holds or decided something today, most decisions first."""
    at = now()
    morning = at.astimezone(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
    held = (
        select(Case.holder_id, func.count().label("held"), func.max(Case.reference).label("on"))
        .where(Case.lease_until > at)
        .group_by(Case.holder_id)
        .subquery()
    )
    decided = (
        select(Decision.actor_id, func.count().label("decided"))
        .where(Decision.decided_at >= morning, Decision.state != DecisionState.UNDONE)
        .group_by(Decision.actor_id)
        .subquery()
    )
    query = (
        select(Staff.name, held.c.held, decided.c.decided, held.c.on)
        .outerjoin(held, held.c.holder_id == Staff.id)
        .outerjoin(decided, decided.c.actor_id == Staff.id)
        .where(held.c.held.is_not(None) | decided.c.decided.is_not(None))
        .order_by(func.coalesce(decided.c.decided, 0).desc(), Staff.name)
    )
    return [
        Colleague(name, holds or 0, made or 0, on)
        for name, holds, made, on in session.execute(query)
    ]


def todo(session: Session, actor: Actor, slugs: Sequence[str]) -> Todo:
    """Return what waits for this person in these queues."""
    at = now()
    confirms = [s for s in slugs if actor.may(QUEUES[s].permission("confirm_hold"))]
    mine = Case.holder_id == actor.id
    is_open = Case.state == State.OPEN
    query = select(
        func.count().filter(mine, Case.lease_until > at),
        func.count().filter(
            is_open, Case.paused_at.is_(None), Case.due_at.between(at, end_of_today())
        ),
        func.count().filter(is_late(at)),
        func.count().filter(Case.state == State.HELD, Case.queue.in_(confirms)),
        func.count().filter(
            is_open, Case.assignee_id == actor.id, Case.flags.contains(["sent_back"])
        ),
        func.count().filter(is_open, Case.flags.contains(["escalated"])),
    ).where(Case.state != State.CLOSED, Case.queue.in_(slugs))
    return Todo(*session.execute(query).one())
