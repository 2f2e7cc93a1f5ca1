"""What comes after the first message: the requester writes again, and the case follows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.core import clock
from backoffice.core.action import Context
from backoffice.core.answer import Sent
from backoffice.core.audit import record
from backoffice.core.case import Case, CaseLink, State
from backoffice.core.clock import now
from backoffice.core.decision import current_decision
from backoffice.core.execute import resume_clock
from backoffice.core.guard import lock_case
from backoffice.core.open import enter_queue, note_event, reindex
from backoffice.core.permissions import Actor
from backoffice.core.queue import queue_of
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.queues.tickets.model import Ticket, TicketMessage
from backoffice.queues.tickets.receive import Asked, receive
from backoffice.queues.tickets.thread import add_message, case_of
from config.settings import get_settings

MERGED, SOLVED = "merged", "solved"


def receive_message(
    session: Session, ticket: Ticket, case: Case, *, party_name: str, body: str, channel: str,
    documents: Sequence[Sent] = (), quoted: str = "", author_email: str = "",
    external_id: str | None = None, is_automatic: bool = False, at: datetime | None = None,
    acknowledge: bool = True,
) -> TicketMessage:  # fmt: skip
    """Add what the requester, or somebody's mail, says; return the message.

    It goes where the ticket was merged into. A ticket that waited, or was solved not long ago, is
    open again; to one that ended otherwise or longer ago, it begins a new one, linked. What a
    program wrote by itself changes nothing but the thread. `at` is when it was written: clocks go
    by when it came. `acknowledge`: a new one is receipted.
    """
    ticket, case = _where(session, ticket, case)
    came_at = now()
    actor = Actor("party", ticket.requester.id, party_name)
    said: dict[str, Any] = {
        "body": body, "channel": channel, "documents": documents, "quoted": quoted,
        "author_email": author_email, "external_id": external_id,
    }  # fmt: skip
    if case.state == State.CLOSED and not is_automatic and not _may_reopen(case, came_at):
        return _begin_anew(session, ticket, case, actor, acknowledge=acknowledge, **said)
    message = add_message(
        session, case, ticket, direction="in", at=at or came_at, author_name=party_name,
        is_automatic=is_automatic, **said,
    )  # fmt: skip
    verb = "answered_by_itself" if is_automatic else "answered"
    note_event(session, case, actor, verb, body=body, values={"documents": len(documents)})
    if not is_automatic:
        _give_back(Context(session, case, ticket, actor, came_at))
        case.version += 1
    reindex(session, queue_of(case), case, ticket)
    record(session, stream=case.stream, verb=f"ticket.{verb}", actor=actor,
           detail={"message": message.id, "version": case.version, "body": body})  # fmt: skip
    return message


def receive_once(
    session: Session, ticket: Ticket, case: Case, *, external_id: str, body: str,
    documents: Sequence[Sent] = (), **message: Any,
) -> tuple[TicketMessage, bool]:  # fmt: skip
    """Receive a message that may come again; return it, and whether it had come before.

    Raises NotPossible for another content under a number that was used.
    """
    key = func.hashtextextended(f"ticket message {external_id}", 0)
    session.execute(select(func.pg_advisory_xact_lock(key)))
    named = select(TicketMessage).where(TicketMessage.external_id == external_id)
    if (known := session.scalars(named).first()) is None:
        said = {"external_id": external_id, "body": body, "documents": documents, **message}
        return receive_message(session, ticket, case, **said), False
    its_ticket = session.get_one(Ticket, known.ticket_id)
    its_files = sorted(one.sha256 or "" for one in known.files)
    is_same = its_ticket.email == ticket.email and known.body == body
    if not is_same or its_files != sorted(one.file.sha256 for one in documents):
        used = case_of(session, its_ticket).reference
        raise NotPossible(
            text("This number was used for another content: it is in case %(case)s.", case=used),
            case=used,
        )
    return known, True


def _where(session: Session, ticket: Ticket, case: Case) -> tuple[Ticket, Case]:
    """Return the ticket that goes on, with its case, locked."""
    case = lock_case(session, case.reference)
    while case.resolution == MERGED:
        session.refresh(ticket)
        ticket = session.get_one(Ticket, ticket.merged_into_id)
        case = lock_case(session, case_of(session, ticket).reference)
    session.refresh(ticket)
    return ticket, case


def _may_reopen(case: Case, at: datetime) -> bool:
    if case.resolution != SOLVED or case.closed_at is None:
        return False
    days = get_settings().ticket_reopen_days
    return at <= clock.add(case.closed_at, days, clock.Unit.CALENDAR_DAYS)


def _give_back(context: Context) -> None:
    """Open the case for who wrote last, its clock running on; a held one stays held.

    The time that it was closed does not count.
    """
    case = context.case
    if case.state == State.CLOSED:
        decision = current_decision(context.session, case)
        case.assignee_id = decision.actor_id if decision else None
        case.paused_at = case.closed_at
        resume_clock(context)
        case.state, case.resolution, case.closed_at = State.OPEN, None, None
        enter_queue(context.session, case)
        note_event(context.session, case, context.actor, "reopen")
    elif case.state == State.WAITING:
        resume_clock(context)
        case.state, case.waiting_for, case.waiting_until = State.OPEN, None, None
    case.flag("no_reply", on=False)
    case.flag("answered")


def _begin_anew(
    session: Session, ticket: Ticket, case: Case, actor: Actor, *, body: str, channel: str,
    documents: Sequence[Sent], **message: Any,
) -> TicketMessage:  # fmt: skip
    """Open a ticket for what came too late for the old one, and link both."""
    asked = Asked(
        ticket.requester, ticket.subject, body, ticket.category, ticket.seller_id, ticket.order
    )
    new = receive(session, asked, actor=actor, channel=channel, documents=documents, **message)
    session.add(CaseLink(from_id=case.id, to_id=new.case.id, relation="earlier"))
    first = select(TicketMessage).where(TicketMessage.ticket_id == new.ticket.id)
    return session.scalars(first).one()
