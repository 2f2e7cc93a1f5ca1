"""Tickets as the API tells them: of ours, only what can no longer be taken back."""

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.public import final_decision, public_status
from backoffice.intake.ticket_answers import (
    DocumentShown,
    TicketMessageReceived,
    TicketMessageShown,
    TicketReceived,
    TicketState,
)
from backoffice.intake.told import tell_case
from backoffice.queues.tickets.model import Ticket, TicketMessage
from backoffice.queues.tickets.receive import Received
from backoffice.queues.tickets.thread import case_of, told_messages


def tell_received_ticket(session: Session, received: Received) -> TicketReceived:
    """Tell what came in."""
    return TicketReceived(
        id=received.ticket.id,
        case=received.case.reference,
        status=public_status(session, received.case),
    )


def tell_received_message(session: Session, message: TicketMessage) -> TicketMessageReceived:
    """Tell where a message went."""
    case = case_of(session, session.get_one(Ticket, message.ticket_id))
    return TicketMessageReceived(
        id=message.id,
        ticket=message.ticket_id,
        case=case.reference,
        status=public_status(session, case),
    )


def tell_ticket(session: Session, ticket: Ticket, case: Case) -> TicketState:
    """Tell where a ticket is; what it was merged into, once that is final."""
    is_final = final_decision(session, case) is not None
    return TicketState(
        id=ticket.id,
        external_id=ticket.external_id,
        subject=ticket.subject,
        category=ticket.category,
        case=tell_case(session, case),
        merged_into=ticket.merged_into_id if is_final else None,
        rating=ticket.rating,
        messages=[_shown(one) for one in told_messages(session, ticket)],
    )


def _shown(message: TicketMessage) -> TicketMessageShown:
    return TicketMessageShown(
        id=message.id,
        external_id=message.external_id,
        at=message.at,
        direction="out" if message.direction == "out" else "in",
        author=message.author_name,
        body=message.body,
        documents=[
            DocumentShown(
                filename=one.filename, content_type=one.content_type, size_bytes=one.size_bytes
            )
            for one in message.files
        ],
    )
