"""The one door: `decide()`, and behind it `confirm_hold()`, `undo()`, `supersede()`.

Each locks the case, asks in a fixed order (permission, version, state, lease, form, hold) and
writes effects, state, decision, statement, audit and outbox in the caller's one transaction.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from backoffice.core.action import Action, Context
from backoffice.core.audit import record
from backoffice.core.case import Case, State
from backoffice.core.clock import now
from backoffice.core.decision import Decision, DecisionState, current_decision
from backoffice.core.execute import execute, reverse_effects, take_back
from backoffice.core.form import bound_form, plain
from backoffice.core.guard import guard, guard_lease, lock_case, permitted
from backoffice.core.open import note_event
from backoffice.core.permissions import Actor
from backoffice.core.propose import cancel_hold, held_decision, new_decision, propose, send_back
from backoffice.core.queue import Queue, queue_of, subject_of
from backoffice.core.refusal import Barred, Invalid, NotFound, NotPossible
from backoffice.core.text import text


def decide(
    session: Session,
    reference: str,
    name: str,
    *,
    actor: Actor,
    data: Mapping[str, Any],
    version: int,
    bulk_id: UUID | None = None,
    over: bool = False,
    undo_for: timedelta | None = None,
) -> Decision | None:
    """Carry out one action; returns its decision, or None for a step that decides nothing.

    `data` is the form as posted (a MultiDict) or a mapping of plain values. With `bulk_id` a case
    that nobody holds needs no claim; `over` lets a lead include cases that others hold. `undo_for`
    says how long it may be undone, where that is not as long as usual.
    """
    case = lock_case(session, reference)
    queue, action = permitted(case, name, actor)
    guard(case, action, version)
    guard_lease(case, action, actor, free_will_do=bulk_id is not None, over=over)
    context = _validated(session, queue, case, action, actor, data)
    context.undo_for = undo_for
    if action.door != "decide":
        return DOORS[action.door](queue, context, data)
    if not action.is_decision:
        _step(queue, action, context)
        return None
    context.replaces = _standing(context, action)
    decision = new_decision(context, queue, action, bulk_id)
    if (hold := action.hold(context)) is not None:
        propose(queue, context, decision, hold)
        return decision
    _carry_out(queue, action, context)
    return decision


def _standing(context: Context, action: Action) -> Decision | None:
    """Return the decision of a reopened case, which stands until another ends the case again."""
    ends = action.state_after == State.CLOSED
    return current_decision(context.session, context.case) if ends else None


def _validated(
    session: Session,
    queue: Queue,
    case: Case,
    action: Action,
    actor: Actor,
    data: Mapping[str, Any],
    *,
    replaces: bool = False,
) -> Context:
    """Return what the effects look at; what replaces a decision finds its work taken back."""
    context = Context(session, case, subject_of(session, case), actor, now())
    if not replaces and not action.fits(context.subject):
        raise NotPossible(text("This is not possible in the case’s present state."))
    if (why := action.blocked(context)) is not None:
        raise NotPossible(why)
    form = bound_form(action, context, data)
    if not form.validate():
        raise Invalid(text("Correct what is marked below: nothing was done."), form)
    context.data = dict(form.data)
    return context


def _step(queue: Queue, action: Action, context: Context) -> None:
    for effect in action.effects:
        effect.apply(context)
    record(
        context.session,
        stream=context.case.stream,
        verb=f"{queue.noun}.{action.name}",
        actor=context.actor,
        detail=plain(context.data),
    )


def confirm_hold(queue: Queue, context: Context, data: Mapping[str, Any]) -> Decision:
    """Let a second person carry out a held decision; every guard runs again on it."""
    decision = held_decision(context)
    if decision.actor_id == context.actor.id:
        raise Barred(text("Somebody else than its author must confirm a held decision."))
    action = queue.action(decision.action)
    if action is None:
        raise NotPossible(text("This action no longer exists."))
    again = _validated(context.session, queue, context.case, action, context.actor, decision.data)
    again.decision, decision.confirmed_by_id = decision, context.actor.id
    context.case.held_decision_id = None
    again.replaces = _standing(again, action)
    _carry_out(queue, action, again)
    return decision


def undo(queue: Queue, context: Context, data: Mapping[str, Any]) -> Decision:
    """Take the newest decision back whole, while nothing of it has left."""
    decision = newest_decision(context.session, context.case)
    if decision is None or decision.state != DecisionState.EXECUTED:
        raise NotPossible(text("There is nothing to undo."))
    if (decision.confirmed_by_id or decision.actor_id) != context.actor.id:
        raise NotPossible(text("Only the person who decided may undo it."))
    if decision.part_of_id:
        raise NotPossible(text("An appeal made this decision: undo the appeal’s decision instead."))
    context.decision = decision
    take_back(queue, context)
    return decision


def _override(queue: Queue, context: Context, data: Mapping[str, Any]) -> Decision:
    standing = current_decision(context.session, context.case)
    if standing is None:
        raise NotPossible(text("Only a decision that stands can be replaced."))
    return supersede(
        context.session, standing, context.data["action"], actor=context.actor, data=data
    )


def supersede(
    session: Session,
    decision: Decision,
    name: str,
    *,
    actor: Actor,
    data: Mapping[str, Any],
    part_of: Decision | None = None,
) -> Decision:
    """Replace a decision that took effect: reverse it, then carry out another action.

    An override by a lead and an overturned appeal both come here; the caller has checked the right.
    `part_of` is the appeal's own decision, with which this one is taken back.
    """
    case = lock_case(session, decision.case.reference)
    queue = queue_of(case)
    action = queue.action(name)
    if action is None or not action.is_decision or action.resolution is None:
        raise NotFound(text("There is no such case or action."))
    if decision.state != DecisionState.EXECUTED or case.state != State.CLOSED:
        raise NotPossible(text("Only a decision that stands can be replaced."))
    context = _validated(session, queue, case, action, actor, data, replaces=True)
    context.replaces = decision
    if part_of is None and action.hold(context) is not None:
        raise NotPossible(
            text("This asks for a second person: reopen the case and decide it again.")
        )
    replacement = new_decision(context, queue, action, None)
    replacement.part_of_id = part_of.id if part_of else None
    _carry_out(queue, action, context)
    return replacement


def _carry_out(queue: Queue, action: Action, context: Context) -> None:
    """Take back what the decision replaces, if it does, then do what it says."""
    if context.replaces is not None and context.decision is not None:
        _replace(context, queue, context.replaces, context.decision)
    execute(queue, action, context)


def _replace(context: Context, queue: Queue, standing: Decision, by: Decision) -> None:
    reverse_effects(queue, context, standing)
    standing.state = DecisionState.SUPERSEDED
    by.supersedes_id = standing.id
    note_event(
        context.session,
        context.case,
        context.actor,
        "superseded",
        decision_id=standing.id,
        values={"action": standing.action},
    )


def newest_decision(session: Session, case: Case) -> Decision | None:
    """Return the last decision made on a case, whatever became of it."""
    return session.scalars(Decision.of_case(case).order_by(Decision.id.desc()).limit(1)).first()


DOORS = {
    "confirm_hold": confirm_hold,
    "undo": undo,
    "override": _override,
    "send_back": send_back,
    "cancel_hold": cancel_hold,
}
