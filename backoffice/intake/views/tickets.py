"""Tickets: receiving one and its messages, telling what was said."""

from werkzeug.exceptions import NotFound

from backoffice.core.case import Case
from backoffice.extensions import db
from backoffice.intake.blueprint import blueprint
from backoffice.intake.door import caller, door
from backoffice.intake.keys import Scope
from backoffice.intake.openapi import Answers, RepeatableHeaders, api
from backoffice.intake.ticket_answers import TicketMessageReceived, TicketReceived, TicketState
from backoffice.intake.ticket_form import TicketMessageSent, TicketSent
from backoffice.intake.told_ticket import tell_received_message, tell_received_ticket, tell_ticket
from backoffice.queues.tickets.model import Ticket
from backoffice.queues.tickets.receive import receive
from backoffice.queues.tickets.replying import receive_once
from backoffice.queues.tickets.thread import case_of

NUMBER_MAX = 2**63 - 1


@blueprint.post("/tickets")
@door(Scope.TICKETS_WRITE, repeatable=True)
@api.validate(
    headers=RepeatableHeaders,
    resp=Answers(400, 409, 413, 415, 422, HTTP_200=TicketReceived, HTTP_201=TicketReceived),
    operation_id="receive_ticket",
    tags=["tickets"],
)
def receive_ticket(json: TicketSent) -> tuple[TicketReceived, int]:
    """Ask support something, for a seller, a buyer, or a person without an account.

    The same ticket again opens nothing (200); another content under its number is refused (409).
    Needs the scope `tickets:write`.
    """
    session = db.session()
    received = receive(
        session, json.asked(session), actor=caller(), channel="api", documents=json.files()
    )
    return tell_received_ticket(session, received), 200 if received.is_repeat else 201


@blueprint.post("/tickets/<int:ticket_id>/messages")
@door(Scope.TICKETS_WRITE, repeatable=True)
@api.validate(
    headers=RepeatableHeaders,
    resp=Answers(
        400, 404, 409, 413, 415, 422,
        HTTP_200=TicketMessageReceived, HTTP_201=TicketMessageReceived,
    ),
    operation_id="receive_ticket_message",
    tags=["tickets"],
)  # fmt: skip
def receive_ticket_message(
    ticket_id: int, json: TicketMessageSent
) -> tuple[TicketMessageReceived, int]:
    """Add what the requester writes to a ticket, which is open again if it waited or was solved.

    The same message again adds nothing (200); another content under its number is refused (409).
    Needs the scope `tickets:write`.
    """
    session = db.session()
    ticket, case = known(ticket_id)
    message, is_repeat = receive_once(
        session, ticket, case, party_name=ticket.name, body=json.body, channel="api",
        documents=json.files(), external_id=json.external_id,
    )  # fmt: skip
    return tell_received_message(session, message), 200 if is_repeat else 201


@blueprint.get("/tickets/<int:ticket_id>")
@door(Scope.TICKETS_READ)
@api.validate(resp=Answers(404, HTTP_200=TicketState), operation_id="get_ticket", tags=["tickets"])
def get_ticket(ticket_id: int) -> TicketState:
    """Tell where a ticket is, and what was said on either side.

    Needs the scope `tickets:read`.
    """
    return tell_ticket(db.session(), *known(ticket_id))


def known(ticket_id: int) -> tuple[Ticket, Case]:
    """Return a ticket by its number, with its case; else 404."""
    session = db.session()
    ticket = session.get(Ticket, ticket_id) if ticket_id <= NUMBER_MAX else None
    if ticket is None:
        raise NotFound("There is no such ticket.")
    return ticket, case_of(session, ticket)
