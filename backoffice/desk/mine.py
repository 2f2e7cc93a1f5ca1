"""The cases that wait for one person: held by her, answered, to confirm, sent back, assigned."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from backoffice.core.case import DUE_FIRST, Case, State
from backoffice.core.decision import Decision
from backoffice.core.permissions import Actor
from backoffice.core.queue import QUEUES
from backoffice.core.text import N_
from backoffice.desk.listing import Row, rows_of

MOST = 100


class Pile(NamedTuple):
    """Cases that wait for the person for one reason."""

    name: str
    title: str
    rows: list[Row]


def piles(session: Session, actor: Actor) -> list[Pile]:
    """Return the person's piles; one that is empty is returned too."""
    held = _cases(session, and_(Case.holder_id == actor.id, Case.lease_until > func.now()))
    confirm = _to_confirm(session, actor)
    assigned = _cases(
        session, and_(Case.assignee_id == actor.id, Case.state == State.OPEN), but=held
    )
    answered = [case for case in assigned if {"answered", "no_reply"} & set(case.flags)]
    sent_back = [case for case in assigned if "sent_back" in case.flags]
    rest = [case for case in assigned if case not in answered and case not in sent_back]
    named = (
        ("held", N_("Taken by me"), held),
        ("answered", N_("Answered by the party"), answered),
        ("confirm", N_("To confirm"), confirm),
        ("sent_back", N_("Sent back to me"), sent_back),
        ("assigned", N_("Assigned to me"), rest),
    )
    return [Pile(name, title, rows(session, cases, actor)) for name, title, cases in named]


def _cases(session: Session, condition: Any, but: Iterable[Case] = ()) -> list[Case]:
    known = {case.id for case in but}
    found = session.scalars(
        select(Case).where(condition, Case.queue.in_(QUEUES)).order_by(*DUE_FIRST).limit(MOST)
    )
    return [case for case in found if case.id not in known]


def _to_confirm(session: Session, actor: Actor) -> list[Case]:
    """Return the held decisions of others that the person may confirm."""
    theirs = [one.slug for one in QUEUES.values() if actor.may(one.permission("confirm_hold"))]
    if not theirs:
        return []
    proposal = aliased(Decision)
    not_hers = or_(proposal.actor_id.is_(None), proposal.actor_id != actor.id)
    return list(
        session.scalars(
            select(Case)
            .join(proposal, proposal.id == Case.held_decision_id)
            .where(Case.queue.in_(theirs), Case.state == State.HELD, not_hers)
            .where(~Case.barred.contains([actor.id]))
            .order_by(*DUE_FIRST)
            .limit(MOST)
        )
    )


def rows(session: Session, cases: list[Case], actor: Actor) -> list[Row]:
    """Return cases of several queues as rows, in the order given."""
    found: dict[int, Row] = {}
    for slug in dict.fromkeys(case.queue for case in cases):
        of_queue = [case for case in cases if case.queue == slug]
        found |= {row.case.id: row for row in rows_of(session, QUEUES[slug], of_queue, actor)}
    return [found[case.id] for case in cases]
