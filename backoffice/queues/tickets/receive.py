"""Receiving a ticket: the case, its first message, and the receipt, in one go."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.core import clock
from backoffice.core.answer import Sent
from backoffice.core.case import Case
from backoffice.core.link import Scope, give_link
from backoffice.core.open import open_case, reindex
from backoffice.core.outbox import put_mail, put_webhook
from backoffice.core.party import Party
from backoffice.core.permissions import Actor
from backoffice.core.queue import QUEUES
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.marketplace.order import Order
from backoffice.queues.tickets.model import Category, Ticket, TicketMessage
from backoffice.queues.tickets.thread import add_message
from config.settings import get_settings


class Asked(NamedTuple):
    """What somebody asks support."""

    requester: Party  # a person without an account: Party("person", 0, name, email, locale)
    subject: str
    body: str
    category: str = Category.OTHER
    seller_id: int | None = None
    order: Order | None = None
    external_id: str | None = None
    received_at: datetime | None = None


class Received(NamedTuple):
    """A ticket with its case; one that came again is the one that came first."""

    ticket: Ticket
    case: Case
    is_repeat: bool = False


def receive(
    session: Session, asked: Asked, *, actor: Actor, channel: str,
    documents: Sequence[Sent] = (), acknowledge: bool = True, **message: Any,
) -> Received:  # fmt: skip
    """Open a ticket; the same again opens nothing.

    `message` are further columns of its first message, which is the requester's unless they say
    otherwise. Raises NotPossible for another content
    under a number that was used.
    """
    if asked.external_id is not None:
        key = func.hashtextextended(f"ticket {asked.external_id}", 0)
        session.execute(select(func.pg_advisory_xact_lock(key)))
        if known := ticket_named(session, asked.external_id):
            if not _says_same(session, known.ticket, asked, documents):
                said = text("This number was used for another content: it is case %(case)s.",
                            case=known.case.reference)  # fmt: skip
                raise NotPossible(said, case=known.case.reference)
            return known
    ticket = _ticket(asked)
    session.add(ticket)
    session.flush()
    queue = QUEUES["tickets"]
    case = open_case(
        session, queue, ticket, actor=actor, channel=channel, received_at=ticket.received_at
    )
    columns: dict[str, Any] = {"direction": "in", "author_name": asked.requester.name, **message}
    add_message(
        session, case, ticket, channel=channel, body=asked.body, documents=documents,
        at=ticket.received_at, **columns,
    )  # fmt: skip
    reindex(session, queue, case, ticket)  # by the words of the message too
    put_webhook(session, event="ticket.received", data=queue.describe(session, case, ticket),
                case_id=case.id)  # fmt: skip
    if acknowledge:
        _acknowledge(session, case, ticket)
    return Received(ticket, case)


def ticket_named(session: Session, external_id: str) -> Received | None:
    """Return the ticket with the marketplace's identifier, and its case."""
    row = session.execute(
        select(Ticket, Case)
        .join(Case, (Case.subject_id == Ticket.id) & (Case.queue == "tickets"))
        .where(Ticket.external_id == external_id)
    ).first()
    return Received(row[0], row[1], is_repeat=True) if row else None


def _ticket(asked: Asked) -> Ticket:
    who = asked.requester
    seller_id = who.id if who.kind == "seller" else asked.seller_id
    return Ticket(
        external_id=asked.external_id,
        subject=asked.subject,
        category=asked.category,
        requester_kind=who.kind,
        requester_id=None if who.kind == "person" else who.id,
        name=who.name,
        email=who.email,
        locale=who.locale,
        seller_id=seller_id if seller_id or asked.order is None else asked.order.seller_id,
        order_id=asked.order.id if asked.order else None,
        received_at=asked.received_at or clock.now(),
    )


def _says_same(session: Session, ticket: Ticket, asked: Asked, documents: Sequence[Sent]) -> bool:
    """Tell whether this is what was sent before, word for word and file by file.

    What an account is called and where it is written to may have changed since.
    """
    first = session.scalars(
        select(TicketMessage)
        .where(TicketMessage.ticket_id == ticket.id)
        .order_by(TicketMessage.id)
        .limit(1)
    ).one()
    who, order_id = asked.requester, asked.order.id if asked.order else None
    asker = who.email if who.kind == "person" else who.id
    kept_asker = ticket.email if ticket.requester_id is None else ticket.requester_id
    said = (asked.subject, who.kind, asker, order_id, asked.body)
    kept = (ticket.subject, ticket.requester_kind, kept_asker, ticket.order_id, first.body)
    sent = sorted(one.file.sha256 for one in documents)
    return said == kept and sent == sorted(one.sha256 or "" for one in first.files)


def link_of(session: Session, case: Case, ticket: Ticket, decision_id: int | None = None) -> int:
    """Return the number of a new link by which the requester reads and writes in the ticket."""
    link = give_link(
        session,
        case,
        party=(ticket.requester.kind, ticket.requester.id),
        scope=Scope.ANSWER,
        expires_at=clock.add(clock.now(), get_settings().appeal_months, clock.Unit.MONTHS),
        decision_id=decision_id,
    )
    return link.id


def _acknowledge(session: Session, case: Case, ticket: Ticket) -> None:
    """Owe the receipt, with the link."""
    words = {
        "recipient": ticket.name,
        "reference": case.reference,
        "title": ticket.subject,
        "due_at": case.due_at.isoformat(),
        "portal": link_of(session, case, ticket),
    }
    put_mail(session, event="ticket.received", to=ticket.email, locale=ticket.locale,
             context=words, case_id=case.id)  # fmt: skip
