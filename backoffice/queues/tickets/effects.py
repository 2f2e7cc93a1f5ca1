"""What a reply and a closing change: the thread, the first answer, the clock; and how back."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from backoffice.core import clock
from backoffice.core.action import Context, Effect
from backoffice.core.answer import Sent
from backoffice.core.case import QueueStay
from backoffice.core.deadline import due_for
from backoffice.core.open import reindex
from backoffice.core.presence import clear_draft, write_above
from backoffice.core.queue import queue_of
from backoffice.queues.tickets.model import Ticket, TicketMessage
from backoffice.queues.tickets.thread import add_message
from config.settings import get_settings


def _say(context: Context) -> dict[str, Any]:
    """Add our text to the thread; the first one answers the requester.

    A decision that stands again finds its text said: the requester has read it.
    """
    decision, ticket = context.decision, context.subject
    assert decision is not None  # noqa: S101 (effects are carried out for a decision)
    if stands_again(context):
        return next(one["change"] for one in decision.changes if one["effect"] == "say")
    if not context.data["body"]:
        return {}
    message = add_message(
        context.session, context.case, ticket, direction="out", channel="staff",
        body=context.data["body"], at=context.at, author_name=context.actor.name,
        staff_id=context.actor.id, decision_id=decision.id,
        documents=[Sent("evidence", one) for one in context.data.get("files") or ()],
    )  # fmt: skip
    for past in ("no_reply", "answered"):
        context.case.flag(past, on=False)
    clear_draft(context.session, context.case.id)
    reindex(context.session, queue_of(context.case), context.case, ticket)
    return {"message": message.id, "first": answer_first(context, ticket)}


def stands_again(context: Context) -> bool:
    """Tell whether what replaced this decision was undone."""
    decision, by = context.decision, context.replaces
    return by is not None and decision is not None and by.supersedes_id == decision.id


def answer_first(context: Context, ticket: Ticket) -> dict[str, Any] | None:
    """Let the clock count to the solution: from the receipt on, less the pauses so far.

    Returns what an undo needs; None where the requester had an answer before.
    """
    if ticket.first_reply_at is not None:
        return None
    case, stay = context.case, _stay(context)
    before = {"deadline_id": case.deadline_id, "stay_due_at": stay.due_at.isoformat()}
    promised = due_for(context.session, case.queue, "", case.received_at)
    due = due_for(context.session, case.queue, "resolution", case.received_at)
    was_due_at = case.due_at
    case.due_at, case.warn_at, case.deadline_id = due.due_at, due.warn_at, due.deadline_id
    if was_due_at > promised.due_at:  # by as much as it was paused
        moved = promised.due_at, was_due_at
        case.due_at = clock.resume(due.due_at, *moved, due.unit)
        case.warn_at = clock.resume(due.warn_at, *moved, due.unit)
    stay.due_at, ticket.first_reply_at = case.due_at, context.at
    return before


def _stay(context: Context) -> QueueStay:
    """Return the case's last stay in the queue, by which lateness is counted."""
    stays = select(QueueStay).where(QueueStay.case_id == context.case.id)
    return context.session.scalars(stays.order_by(QueueStay.id.desc()).limit(1)).one()


def _say_no_more(context: Context, change: dict[str, Any]) -> None:
    """Withdraw the text of a decision that is undone; what a newer one replaces was read."""
    decision, ticket = context.decision, context.subject
    message = context.session.get(TicketMessage, change.get("message", 0))
    if message is None or decision is None or message.decision_id != decision.id:
        return
    message.withdrawn_at = context.at
    if message.staff_id is not None:  # nothing that was typed is lost
        write_above(context.session, context.case.id, message.body, message.staff_id)
    if (first := change["first"]) is not None:
        ticket.first_reply_at, context.case.deadline_id = None, first["deadline_id"]
        _stay(context).due_at = datetime.fromisoformat(first["stay_due_at"])
    reindex(context.session, queue_of(context.case), context.case, ticket)


def await_answer(context: Context) -> dict[str, Any]:
    """Wait for the requester's answer; the case is open again when none came."""
    days = get_settings().ticket_wait_days
    context.case.waiting_for = context.subject.requester_kind
    context.case.waiting_until = clock.add(context.at, days, clock.Unit.CALENDAR_DAYS)
    return {}


def _wait_no_more(context: Context, change: dict[str, Any]) -> None:
    """Take nothing back: the case itself remembers for whom it waited before."""


SAY = Effect("say", _say, _say_no_more)
WAIT = Effect("wait", await_answer, _wait_no_more)
