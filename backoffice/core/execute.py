"""Carrying a decision out, and taking one back: the half of the door behind the guards."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from backoffice.core import clock
from backoffice.core.action import BUSY, Action, Context, Reversal
from backoffice.core.audit import record
from backoffice.core.case import Case, State
from backoffice.core.claim import lease_end
from backoffice.core.deadline import Deadline, due_for
from backoffice.core.decision import Decision, DecisionState
from backoffice.core.open import enter_queue, leave_queue, note_event, restore_stays
from backoffice.core.outbox import OutboxMessage, OutboxState, put_mail, put_webhook
from backoffice.core.permissions import SYSTEM, Actor
from backoffice.core.queue import Queue
from backoffice.core.refusal import NotPossible
from backoffice.core.statement import freeze_statement, owed_by
from backoffice.core.text import text
from config.settings import get_settings

KEPT = (
    "state",
    "resolution",
    "waiting_for",
    "waiting_until",
    "paused_at",
    "due_at",
    "warn_at",
    "closed_at",
    "assignee_id",
    "flags",
    "held_decision_id",
)
"""What a decision may change on its case, and an undo puts back."""


def execute(queue: Queue, action: Action, context: Context) -> None:
    """Apply the effects, move the case, freeze the statement, write audit and outbox."""
    decision, case = _decision(context), context.case
    settings = get_settings()
    prior = remembered(case, KEPT)
    changes = _applied(action, context)
    if action.state_after == State.CLOSED:
        leave_queue(context.session, case)
    # What looks into the database stands above: from here on each row is written once.
    decision.prior, decision.changes = prior, changes
    decision.state, decision.executed_at = DecisionState.EXECUTED, context.at
    usual = timedelta(seconds=settings.undo_seconds)
    decision.undo_until = context.at + (context.undo_for or usual)
    decision.resolution = context.data.get("resolution") or action.resolution
    if decision.resolution and action.contestable:
        decision.appeal_until = clock.add(context.at, settings.appeal_months, clock.Unit.MONTHS)
    _move(action, context)
    case.version += 1
    decision.version_after = case.version
    for owed in owed_by(queue, action, context):
        queue.declare(context, freeze_statement(context, decision, owed))
    context.session.flush()
    _tell(queue, action, context)
    verb = (action.event or action.name).rpartition(".")[2]
    note_event(
        context.session, case, context.actor, verb, decision_id=decision.id, body=decision.facts
    )
    record(
        context.session,
        stream=case.stream,
        verb=f"{queue.noun}.{verb}",
        actor=context.actor,
        detail={"decision": decision.id, "version": case.version, **decision.data},
    )


def _applied(action: Action, context: Context) -> list[dict[str, Any]]:
    return [{"effect": effect.name, "change": effect.apply(context)} for effect in action.effects]


def _decision(context: Context) -> Decision:
    assert context.decision is not None  # noqa: S101 (the door always sets it)
    return context.decision


def remembered(case: Case, names: Iterable[str]) -> dict[str, Any]:
    """Return some of a case's columns as JSON, for `restore` to put back."""
    return {name: _json(getattr(case, name)) for name in names}


def restore(case: Case, prior: Mapping[str, Any]) -> None:
    """Give a case's columns back the values that were remembered."""
    for name, value in prior.items():
        is_time = name.endswith(("_at", "_until")) and value is not None
        setattr(case, name, datetime.fromisoformat(value) if is_time else value)


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _move(action: Action, context: Context) -> None:
    case, decision = context.case, _decision(context)
    was_closed = case.state == State.CLOSED
    case.release_lease()
    case.state = action.state_after
    if case.state == State.OPEN and was_closed:
        case.resolution = case.closed_at = None
        enter_queue(context.session, case)
    elif case.state == State.CLOSED:
        case.resolution, case.closed_at = decision.resolution, context.at
        case.waiting_for = case.waiting_until = case.paused_at = case.assignee_id = None
    elif case.state == State.WAITING:
        case.assignee_id = context.actor.id
        if action.stops_clock and case.paused_at is None:
            case.paused_at = context.at


def resume_clock(context: Context) -> None:
    """Let a paused clock run on: what was left when it stopped is left now."""
    case = context.case
    if case.paused_at is None:
        return
    unit = clock.Unit(context.session.get_one(Deadline, case.deadline_id).unit)
    case.due_at = clock.resume(case.due_at, case.paused_at, context.at, unit)
    case.warn_at = clock.resume(case.warn_at, case.paused_at, context.at, unit)
    case.paused_at = None


def restart_clock(context: Context) -> None:
    """Let a clock begin anew, as if the case had come in now."""
    case = context.case
    due = due_for(context.session, case.queue, case.kind, context.at)
    case.due_at, case.warn_at, case.deadline_id = due.due_at, due.warn_at, due.deadline_id
    case.paused_at = None


def _tell(queue: Queue, action: Action, context: Context) -> None:
    decision, case = _decision(context), context.case
    where = {
        "case_id": case.id,
        "decision_id": decision.id,
        "available_at": decision.undo_until,
    }
    for mail in action.mails(context):
        put_mail(
            context.session,
            event=mail.event,
            to=mail.to,
            locale=mail.locale,
            context=mail.context,
            **where,
        )
    if event := action.event_name(queue.noun):
        data = queue.describe(context.session, case, context.subject)
        put_webhook(context.session, event=event, data=data, **where)
    for one in action.announces(context):
        put_webhook(context.session, event=one.event, data=one.data, **where)


def reverse_effects(queue: Queue, context: Context, decision: Decision) -> None:
    """Take back what a decision's effects changed, last first; its unsent rows are cancelled."""
    action = queue.action(decision.action)
    if action is None or action.reversal is Reversal.NONE:
        raise NotPossible(text("What this decision did cannot be taken back."))
    by_name = {effect.name: effect for effect in action.effects}
    for change in reversed(decision.changes):
        by_name[change["effect"]].reverse(context, change["change"])
    for row in _rows(context, decision, OutboxState.PENDING):
        row.state = OutboxState.CANCELLED


def _rows(context: Context, decision: Decision, state: OutboxState) -> list[OutboxMessage]:
    rows = (
        select(OutboxMessage)
        .where(OutboxMessage.decision_id == decision.id)
        .where(OutboxMessage.state == state, OutboxMessage.taken_at.is_(None))
        .with_for_update()
    )
    return list(context.session.scalars(rows))


def _anything_left(context: Context, decision: Decision) -> bool:
    taken = (
        select(OutboxMessage.id)
        .where(OutboxMessage.decision_id == decision.id, OutboxMessage.taken_at.is_not(None))
        .limit(1)
    )
    return context.session.scalar(taken) is not None


def take_back(queue: Queue, context: Context) -> None:
    """Undo a decision whole, while its time has not passed and nothing of it was taken."""
    decision, case = _decision(context), context.case
    _rows(context, decision, OutboxState.PENDING)  # locked first, so that none leaves meanwhile
    too_late = decision.undo_until is None or decision.undo_until <= context.at
    if too_late or _anything_left(context, decision):
        raise NotPossible(text("It is too late to undo: the message has left."))
    reverse_effects(queue, context, decision)
    if decision.supersedes_id:
        _stand_again(queue, context, decision)
    restore_stays(context.session, case, decision.executed_at or context.at)
    restore(case, decision.prior)
    case.version += 1
    if decision.confirmed_by_id:
        decision.state, decision.confirmed_by_id = DecisionState.HELD, None
        decision.executed_at = decision.undo_until = None
        case.held_decision_id = decision.id
    else:
        decision.state, decision.undone_at = DecisionState.UNDONE, context.at
        if case.state in BUSY:
            case.holder_id, case.lease_until = context.actor.id, lease_end()
    note_event(
        context.session,
        case,
        context.actor,
        "undone",
        decision_id=decision.id,
        values={"action": decision.action},
    )
    record(
        context.session,
        stream=case.stream,
        verb=f"{queue.noun}.undone",
        actor=context.actor,
        detail={"decision": decision.id, "action": decision.action},
    )


def _stand_again(queue: Queue, context: Context, undone: Decision) -> None:
    standing = context.session.get_one(Decision, undone.supersedes_id)
    action = queue.action(standing.action)
    if action is not None:
        maker = Actor("staff", standing.actor_id) if standing.actor_id else SYSTEM
        at = standing.executed_at or context.at
        again = replace(
            context, data=standing.data, decision=standing, actor=maker, at=at, replaces=undone
        )
        standing.changes = _applied(action, again)
    standing.state = DecisionState.EXECUTED
    undone.supersedes_id = None
    for row in _rows(context, standing, OutboxState.CANCELLED):
        row.state = OutboxState.PENDING
