"""Merging a ticket into another of the same requester, which goes on for both; and how back."""

from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from backoffice.core.action import Context, Effect
from backoffice.core.audit import record
from backoffice.core.case import Case, CaseLink, State
from backoffice.core.execute import remembered, restore, resume_clock
from backoffice.core.guard import lock_case
from backoffice.core.open import note_event, subject_changed
from backoffice.core.queue import queue_of, subject_of
from backoffice.core.refusal import NotPossible
from backoffice.core.text import Text, text
from backoffice.queues.tickets.model import Ticket
from backoffice.queues.tickets.thread import case_of

MOVED = ("state", "waiting_for", "waiting_until", "paused_at", "due_at", "warn_at", "deadline_id",
         "flags")  # fmt: skip
"""What a merger may change of the ticket that goes on, and an undo puts back."""


def newest_other(context: Context) -> Case | None:
    """Return the requester's newest other ticket that is not closed."""
    others = (
        select(Case)
        .join(Ticket, (Case.queue == context.case.queue) & (Case.subject_id == Ticket.id))
        .where(Case.id != context.case.id, Case.state != State.CLOSED)
        .where(_same_requester(context.subject))
    )
    return context.session.scalars(others.order_by(Case.id.desc()).limit(1)).first()


def _same_requester(ticket: Ticket) -> ColumnElement[bool]:
    mail = func.lower(Ticket.email) == ticket.email.lower()
    who = (Ticket.requester_kind == ticket.requester_kind) & (
        Ticket.requester_id == ticket.requester_id
    )
    return mail if ticket.requester_id is None else or_(mail, who)


def _merge(context: Context) -> dict[str, Any]:
    """Let the other ticket go on for both; it is due when the first of them was."""
    session, case, ticket = context.session, context.case, context.subject
    target = _locked_target(session, case, context.data["into"])
    other: Ticket = subject_of(session, target)
    session.refresh(other)
    if (refused := _why_not(session, ticket, other, target)) is not None:
        raise NotPossible(refused)
    before = remembered(target, MOVED)
    ticket.merged_into_id = other.id
    if case.state == State.OPEN and target.state == State.WAITING:
        resume_clock(Context(session, target, other, context.actor, context.at))
        target.state, target.waiting_for, target.waiting_until = State.OPEN, None, None
    nobody_answered = ticket.first_reply_at is None and other.first_reply_at is None
    if nobody_answered and case.due_at < target.due_at:
        target.due_at, target.warn_at = case.due_at, case.warn_at
        target.deadline_id = case.deadline_id
    session.add(CaseLink(from_id=case.id, to_id=target.id, relation="merged"))
    _tell_target(context, target, other, "merged_here")
    return {"reference": target.reference, "version": target.version, "before": before}


def _locked_target(session: Session, case: Case, reference: str) -> Case:
    """Return the ticket that is to go on, locked; raises NotPossible.

    Whoever merges crosswise holds it. Only the one that locks upwards waits for the other, which
    is refused at once: they never wait for each other, and not both succeed.
    """
    its_id = session.scalar(
        select(Case.id).where(Case.reference == reference, Case.queue == case.queue)
    )
    if its_id is None:
        raise NotPossible(text("There is no ticket %(case)s.", case=reference))
    if its_id == case.id:
        raise NotPossible(text("A ticket cannot be merged into itself."))
    target = session.scalars(
        select(Case)
        .where(Case.id == its_id)
        .with_for_update(skip_locked=its_id < case.id)
        .execution_options(populate_existing=True)
    ).first()
    if target is None:
        said = text("Somebody changes %(case)s at this very moment: try again.", case=reference)
        raise NotPossible(said)
    return target


def _why_not(session: Session, ticket: Ticket, other: Ticket, target: Case) -> Text | None:
    """Return why a ticket cannot be merged into another."""
    if ticket.requester.ref != other.requester.ref and not _share_address(ticket, other):
        return text("%(case)s is of another requester.", case=target.reference)
    if target.state == State.CLOSED and other.merged_into_id is not None:
        goes_on = case_of(session, session.get_one(Ticket, other.merged_into_id))
        return text("%(case)s was merged itself: it goes on as %(other)s.",
                    case=target.reference, other=goes_on.reference)  # fmt: skip
    if target.state == State.CLOSED:
        return text("%(case)s is closed: nothing can be merged into it.", case=target.reference)
    return None


def _share_address(ticket: Ticket, other: Ticket) -> bool:
    return ticket.email.lower() == other.email.lower()


def _tell_target(context: Context, target: Case, other: Ticket, verb: str) -> None:
    """Make the ticket that goes on findable by what it has now, and say what happened to it."""
    session, said = context.session, {"case": context.case.reference}
    session.flush()
    subject_changed(session, queue_of(target), target, other)
    note_event(session, target, context.actor, verb, internal=True, values=said)
    record(session, stream=target.stream, verb=f"ticket.{verb}", actor=context.actor,
           detail={**said, "version": target.version})  # fmt: skip


def _take_out(context: Context, change: dict[str, Any]) -> None:
    """Let both go on apart; what happened to the other ticket meanwhile stays."""
    session, ticket = context.session, context.subject
    target = lock_case(session, change["reference"])
    ticket.merged_into_id = None
    session.delete(session.get_one(CaseLink, (context.case.id, target.id)))
    if target.version == change["version"]:
        restore(target, change["before"])
    _tell_target(context, target, subject_of(session, target), "taken_out")


MERGE = Effect("merge", _merge, _take_out)
