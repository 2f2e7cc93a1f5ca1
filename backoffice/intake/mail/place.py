"""Where an e-mail belongs: the case of a signed address, else the ticket that it answers."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.outbox import OutboxMessage
from backoffice.core.queue import subject_of
from backoffice.core.reply_address import read_reply_address
from backoffice.intake.mail.message import InboundMessage
from backoffice.queues.tickets.model import Ticket
from backoffice.queues.tickets.queue import QUEUE


class Place(NamedTuple):
    """The case that an e-mail is about; `is_forged`: it names one under no signature of ours."""

    case: Case | None = None
    is_forged: bool = False


def place_of(session: Session, mail: InboundMessage) -> Place:
    """Find the case of an e-mail.

    Whoever has the signed address was written to by us. The numbers of our mails alone, which
    travel along when a mail is forwarded, let in nobody but the requester.
    """
    named = [one for one in map(read_reply_address, mail.recipients) if one]
    signed = next((one.reference for one in named if one.is_genuine), None)
    if signed is not None:
        return Place(session.scalars(select(Case).where(Case.reference == signed)).first())
    if named:
        return Place(is_forged=True)
    return Place(_answered(session, mail))


def ticket_of(session: Session, case: Case | None) -> Ticket | None:
    """Return the ticket that a case is about; None for a case of another queue."""
    is_ticket = case is not None and case.queue == QUEUE.slug
    ticket: Ticket | None = subject_of(session, case) if case and is_ticket else None
    return ticket


def is_requester(ticket: Ticket, mail: InboundMessage) -> bool:
    """Tell whether an e-mail came from the address that asked."""
    return ticket.email.lower() == mail.email.lower()


def _answered(session: Session, mail: InboundMessage) -> Case | None:
    cases = session.scalars(
        select(Case)
        .join(OutboxMessage, OutboxMessage.case_id == Case.id)
        .where(OutboxMessage.uid.in_(mail.answers))
        .order_by(OutboxMessage.id.desc())
    )
    for case in cases:
        ticket = ticket_of(session, case)
        if ticket is not None and is_requester(ticket, mail):
            return case
    return None
