"""The tickets queue: what sellers, buyers and others ask support."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session, undefer

from backoffice.core.case import Case, State
from backoffice.core.party import Party
from backoffice.core.public import PENDING, WAITING
from backoffice.core.queue import Column, Queue
from backoffice.core.text import N_, Label, Text, text
from backoffice.queues.standard import STANDARD
from backoffice.queues.tickets.actions import ACTIONS
from backoffice.queues.tickets.evidence import evidence
from backoffice.queues.tickets.filters import FILTERS
from backoffice.queues.tickets.model import CATEGORIES, Category, Ticket
from backoffice.queues.tickets.party_acts import PARTY_ACTS
from backoffice.queues.tickets.thread import case_of, messages_of, thread


def party(session: Session, ticket: Ticket) -> Party:
    """Return who asked."""
    return ticket.requester


def describe(session: Session, case: Case, ticket: Ticket) -> dict[str, Any]:
    """Return what the API and the webhooks say of a ticket."""
    return {
        "id": ticket.id,
        "external_id": ticket.external_id,
        "case": case.reference,
        "status": case.resolution or (WAITING if case.state == State.WAITING else PENDING),
        "category": ticket.category,
        "requester": ticket.requester_kind,
        "seller": ticket.seller.external_id if ticket.seller else None,
        "order": ticket.order.external_id if ticket.order else None,
        "version": case.version,
        "resolution": case.resolution,
        "merged_into": _merged_into(session, ticket),
    }


def _merged_into(session: Session, ticket: Ticket) -> str | None:
    if ticket.merged_into_id is None:
        return None
    return case_of(session, session.get_one(Ticket, ticket.merged_into_id)).reference


def keys(session: Session, ticket: Ticket) -> Iterable[tuple[str, str]]:
    """Return the identifiers by which the case is found."""
    found = {
        "external_id": ticket.external_id,
        "email": ticket.email,
        "order": ticket.order.external_id if ticket.order else None,
    }
    return [(kind, value) for kind, value in found.items() if value]


def words(session: Session, ticket: Ticket) -> str:
    """Return the words by which the case is found: those of the messages too."""
    said = " ".join(one.body for one in messages_of(session, ticket))
    return f"{ticket.subject} {ticket.name} {said}"


def waits_for(case: Case, ticket: Ticket) -> Text:
    """Return who is to write next."""
    if case.state == State.CLOSED:
        return text("Nobody")
    return text("The requester") if case.state == State.WAITING else Label(*text("Us"))


QUEUE = Queue(
    slug="tickets",
    noun="ticket",
    prefix="TIC",
    title=N_("Tickets"),
    icon="chat",
    subject=Ticket,
    party=party,
    describe=describe,
    keys=keys,
    words=words,
    case_title=lambda ticket: ticket.subject,
    thread=thread,
    party_acts=PARTY_ACTS,
    actions=(*ACTIONS, *STANDARD),
    columns=(
        Column("title", N_("Subject"), lambda case, ticket: ticket.subject),
        Column("category", N_("Category"),
               lambda case, ticket: text(CATEGORIES[Category(ticket.category)]), css="c-what"),
        Column("requester", N_("Requester"), lambda case, ticket: ticket.name, wide=True),
        Column("last", N_("Last message"), lambda case, ticket: ticket.last_at, css="c-due",
               wide=True),
        Column("waits", N_("Next to write"), waits_for, css="c-what"),
    ),
    listed=(undefer(Ticket.last_at),),
    filters=FILTERS,
    evidence=evidence,
)  # fmt: skip
