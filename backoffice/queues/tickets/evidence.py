"""What the page of a ticket shows: the thread, and from which tickets it came together."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.queues.tickets.model import CATEGORIES, Category, Ticket, TicketMessage
from backoffice.queues.tickets.thread import last_incoming, messages_of


def evidence(session: Session, case: Case, ticket: Ticket) -> dict[str, Any]:
    """Return what a case's page shows."""
    messages = messages_of(session, ticket)
    return {
        "messages": messages,
        "last_incoming": last_incoming(messages),
        "references": _references(session, messages),
        "category": CATEGORIES[Category(ticket.category)],
    }


def _references(session: Session, messages: Sequence[TicketMessage]) -> dict[int, str]:
    """Return the reference under which each message came, by its ticket's number."""
    numbers = {one.ticket_id for one in messages}
    rows = select(Case.subject_id, Case.reference).where(
        Case.queue == "tickets", Case.subject_id.in_(numbers)
    )
    return dict(session.execute(rows).all())
