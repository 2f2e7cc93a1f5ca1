"""Decisions that wait for a second person: proposing, sending back, withdrawing."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backoffice.core.action import Action, Context
from backoffice.core.audit import record
from backoffice.core.case import State
from backoffice.core.decision import Decision, DecisionState, Reason
from backoffice.core.form import plain
from backoffice.core.open import note_event
from backoffice.core.queue import Queue
from backoffice.core.refusal import Barred, NotPossible
from backoffice.core.text import Text, text


def new_decision(context: Context, queue: Queue, action: Action, bulk_id: UUID | None) -> Decision:
    """Write down what is being decided, before anything takes effect."""
    session, case = context.session, context.case
    decision = Decision(
        case_id=case.id,
        queue=queue.slug,
        action=action.name,
        state=DecisionState.HELD,
        actor_id=context.actor.id if context.actor.kind == "staff" else None,
        data=plain(context.data),
        facts=context.data.get("facts") or "",
        bulk_id=bulk_id,
        decided_at=context.at,
    )
    decision.case = case
    if chosen := context.data.get("reasons"):
        decision.reasons = list(session.scalars(select(Reason).where(Reason.id.in_(chosen))))
    session.add(decision)
    session.flush()
    context.decision = decision
    return decision


def propose(queue: Queue, context: Context, decision: Decision, why: Text) -> None:
    """Let a decision wait for a second person; nothing takes effect."""
    case = context.case
    decision.hold_reason = why.to_json()
    case.state, case.held_decision_id = State.HELD, decision.id
    case.release_lease()
    _after(queue, context, decision, "held", why=why.to_json())


def held_decision(context: Context) -> Decision:
    """Return the decision that waits for a second person."""
    if context.case.held_decision_id is None:
        raise NotPossible(text("Nothing waits for a second person here."))
    return context.session.get_one(Decision, context.case.held_decision_id)


def send_back(queue: Queue, context: Context, data: Mapping[str, Any]) -> Decision:
    """Give a held decision back to who proposed it, with a word why."""
    decision = held_decision(context)
    if decision.actor_id == context.actor.id:
        raise Barred(text("Somebody else than its author must answer a held decision."))
    _drop(context, decision)
    context.case.flag("sent_back")
    _after(queue, context, decision, "sent_back", body=context.data["body"])
    return decision


def cancel_hold(queue: Queue, context: Context, data: Mapping[str, Any]) -> Decision:
    """Withdraw a held decision: its author, or somebody who could confirm it."""
    decision = held_decision(context)
    may_confirm = context.actor.may(queue.permission("confirm_hold"))
    if decision.actor_id != context.actor.id and not may_confirm:
        raise NotPossible(text("Only its author or a lead may withdraw a held decision."))
    _drop(context, decision)
    _after(queue, context, decision, "hold_cancelled")
    return decision


def _drop(context: Context, decision: Decision) -> None:
    case = context.case
    decision.state = DecisionState.CANCELLED
    case.state, case.held_decision_id = State.OPEN, None
    case.assignee_id = decision.actor_id


def _after(
    queue: Queue,
    context: Context,
    decision: Decision,
    verb: str,
    *,
    body: str = "",
    why: dict[str, Any] | None = None,
) -> None:
    case, session = context.case, context.session
    case.version += 1
    note_event(
        session,
        case,
        context.actor,
        verb,
        decision_id=decision.id,
        internal=True,
        body=body,
        values={"action": decision.action, "why": why},
    )
    record(
        session,
        stream=case.stream,
        verb=f"{queue.noun}.{verb}",
        actor=context.actor,
        detail={"decision": decision.id, "action": decision.action, **decision.data},
    )
