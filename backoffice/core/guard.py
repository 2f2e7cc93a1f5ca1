"""What every action is asked before it is carried out: permission, version, state, lease."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.action import Action
from backoffice.core.case import Case
from backoffice.core.permissions import Actor
from backoffice.core.queue import Queue, queue_of
from backoffice.core.refusal import Barred, NotFound, NotPossible, Stale, Taken
from backoffice.core.text import text


def lock_case(session: Session, reference: str) -> Case:
    """Return the case, its row locked until the commit."""
    query = select(Case).where(Case.reference == reference).with_for_update()
    case = session.scalars(query.execution_options(populate_existing=True)).first()
    if case is None:
        raise NotFound(text("There is no such case."))
    return case


def permitted(case: Case, name: str, actor: Actor) -> tuple[Queue, Action]:
    """Return the case's queue and the action; who may not learns nothing but “not found”."""
    queue = queue_of(case)
    action = queue.action(name)
    if action is None or not actor.may(queue.permission("read")):
        raise NotFound(text("There is no such case or action."))
    if not actor.may(action.permission(queue.noun)):
        raise NotFound(text("There is no such case or action."))
    if action.is_decision and actor.kind == "staff" and actor.id in case.barred:
        raise Barred(text("You took part in the decision that this case is about."))
    return queue, action


def guard(case: Case, action: Action, version: int) -> None:
    """Refuse a stale version, then a state or kind that does not admit the action.

    A note may be added to a newer version: it decides nothing.
    """
    if action.is_decision and case.version != version:
        raise Stale(text("This case changed while you were reading it: nothing was done."))
    if not action.is_possible(case):
        raise NotPossible(text("This is not possible in the case’s present state."))


def guard_lease(
    case: Case, action: Action, actor: Actor, *, free_will_do: bool, over: bool
) -> None:
    """Refuse a case that somebody else holds; an expired lease that nobody took still counts."""
    if not action.needs_claim or actor.kind == "system" or case.holder_id == actor.id:
        return
    if case.is_leased():
        if over and actor.may(queue_of(case).permission("claim_over")):
            return
        raise Taken(text("Somebody else holds this case."), holder_id=case.holder_id)
    if not free_will_do:
        raise Taken(text("Take this case before deciding it."))
