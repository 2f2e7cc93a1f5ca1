"""A ticket's thread: reading it, adding to it, with the files that came along."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from backoffice.core.answer import Sent
from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.decision import Decision
from backoffice.core.files import keep
from backoffice.core.outbox import Channel, put_work
from backoffice.core.party import Message, Party
from backoffice.queues.tickets.model import Ticket, TicketMessage, TicketMessageFile

SHOWN_MAX = 500


def case_of(session: Session, ticket: Ticket) -> Case:
    """Return a ticket's case."""
    its = (Case.queue == "tickets") & (Case.subject_id == ticket.id)
    return session.scalars(select(Case).where(its)).one()


def messages_of(session: Session, ticket: Ticket) -> Sequence[TicketMessage]:
    """Return a ticket's messages and those of the tickets merged into it, oldest first."""
    return session.scalars(_newest(ticket)).all()[::-1]


def told_messages(session: Session, ticket: Ticket) -> Sequence[TicketMessage]:
    """Return those that the requester may read: of ours, what can no longer be taken back."""
    is_final = TicketMessage.decision_id.is_(None) | (Decision.undo_until <= now())
    told = (
        _newest(ticket)
        .outerjoin(Decision, Decision.id == TicketMessage.decision_id)
        .where(is_final, ~TicketMessage.is_automatic)
    )
    return session.scalars(told).all()[::-1]


def _newest(ticket: Ticket) -> Select[TicketMessage]:
    its = select(Ticket.id).where(Ticket.id == ticket.id).cte(recursive=True)
    its = its.union(select(Ticket.id).where(Ticket.merged_into_id == its.c.id))
    return (
        select(TicketMessage)
        .where(TicketMessage.ticket_id.in_(select(its.c.id)))
        .where(TicketMessage.withdrawn_at.is_(None))
        .options(selectinload(TicketMessage.files))
        .order_by(TicketMessage.at.desc(), TicketMessage.id.desc())
        .limit(SHOWN_MAX)
    )


def last_incoming(messages: Sequence[TicketMessage]) -> TicketMessage | None:
    """Return what the requester wrote last; what a program wrote does not count."""
    theirs = (one for one in reversed(messages) if one.direction == "in" and not one.is_automatic)
    return next(theirs, None)


def thread(session: Session, case: Case, ticket: Ticket, party: Party) -> Sequence[Message]:
    """Return the conversation as the requester reads it."""
    return [
        Message(one.at, one.direction == "out", one.author_name, one.body, one.quoted, one.files)
        for one in told_messages(session, ticket)
    ]


def add_message(
    session: Session, case: Case, ticket: Ticket, *, direction: str, channel: str, body: str,
    documents: Sequence[Sent] = (), **columns: object,
) -> TicketMessage:  # fmt: skip
    """Add a message with its files; `columns` are further ones of `TicketMessage`."""
    message = TicketMessage(
        ticket_id=ticket.id, direction=direction, channel=channel, body=body, **columns
    )
    session.add(message)
    session.flush()
    sent_by = ticket.requester.ref if direction == "in" else "staff"
    for kind, file in documents:
        kept = keep(
            session, file, kind=kind, uploaded_by="portal" if channel == "email" else channel,
            case_id=case.id, sent_by=sent_by,
        )  # fmt: skip
        session.add(TicketMessageFile(message_id=message.id, attachment_id=kept.id))
        put_work(session, Channel.CHECKS, "pages.render", {"attachment_id": kept.id})
    session.flush()
    return message
