"""Opening a ticket by staff: for who called, or by a message of ours; files with a reply."""

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from backoffice.core.case import Case
from backoffice.core.claim import claim
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.queues.tickets.model import Ticket, TicketMessage
from tests.factories.dispute import make_paid_order
from tests.factories.staff import make_staff, sign_in, submit
from tests.factories.ticket import make_ticket
from tests.fakes.documents import files_dir, pdf

__all__ = ["files_dir"]
pytestmark = pytest.mark.usefixtures("files_dir")
PATH = "/tickets/new"


@pytest.fixture
def support(client, session, app):
    person = make_staff(session, role="support")
    sign_in(client, session, person)
    return person.actor


def filled(**changes):
    """Return what a person types."""
    return {
        "kind": "seller", "direction": "out", "subject": "Votre colis", "category": "order",
        "body": "Bonjour, où en est l’envoi ?", **changes,
    }  # fmt: skip


def mails(session) -> list[str]:
    rows = select(OutboxMessage.event).where(OutboxMessage.channel == Channel.MAIL)
    return list(session.scalars(rows.where(OutboxMessage.event.like("ticket.%"))))


def test_a_message_of_ours_waits_for_the_seller_of_the_order(client, session, support):
    order = make_paid_order(session, 9890)
    page = client.get(f"/orders/{order.external_id}").text
    assert f"{PATH}?seller={order.seller.external_id}" in page
    answer = submit(client, PATH, **filled(order=order.external_id))
    ticket, case = session.scalars(select(Ticket)).one(), tickets_case(session)
    assert answer.location.endswith(case.reference)
    assert (ticket.requester_id, ticket.order_id) == (order.seller_id, order.id)
    assert (case.state, case.assignee_id, ticket.first_reply_at) == (
        "waiting", support.id, case.paused_at
    )  # fmt: skip
    assert mails(session) == ["ticket.opened"]
    assert case.reference in client.get(f"/orders/{order.external_id}").text


def test_what_somebody_said_by_telephone_waits_for_us(client, session, support):
    person = {"kind": "person", "name": "Jeanne Roy", "email": "jeanne.roy@ecrin.example"}
    for _ in range(2):
        submit(client, PATH, **filled(direction="in", once="a1", **person))
    case = tickets_case(session)
    assert (case.state, mails(session)) == ("open", ["ticket.received"])
    assert session.scalars(select(TicketMessage.direction)).all() == ["in"]


@pytest.mark.parametrize(
    "changes",
    [{"seller": "inconnu"}, {"order": "inconnue"}, {"kind": "person", "name": "Jeanne"},
     {"kind": "buyer"}, {"subject": ""}, {"direction": ""}],
)  # fmt: skip
def test_an_error_keeps_what_was_typed(client, session, support, changes):
    answer = submit(client, PATH, **filled(**changes))
    assert answer.status_code == 422
    assert "où en est l’envoi" in answer.text
    assert session.scalars(select(Ticket)).all() == []


def test_a_reply_takes_its_files_along(client, session, support):
    case = make_ticket(session).case
    claim(session, case, support)
    session.commit()
    page = client.get(f"/cases/{case.reference}").text
    assert re.search(r'data-action="reply"[^>]*multipart/form-data', page)
    sent = {"version": case.version, "body": "Voici le relevé."}
    path = f"/cases/{case.reference}/reply"
    refused = submit(client, path, **sent, files=(BytesIO(b"MZ"), "a.exe", "application/pdf"))
    assert refused.status_code == 422
    assert "Voici le relevé." in refused.text
    submit(client, path, **sent, files=(BytesIO(pdf()), "releve.pdf", "application/pdf"))
    session.expire_all()
    message = session.scalars(select(TicketMessage).where(TicketMessage.direction == "out")).one()
    assert [(one.filename, one.sent_by) for one in message.files] == [("releve.pdf", "staff")]


def tickets_case(session) -> Case:
    return session.scalars(select(Case).where(Case.queue == "tickets")).one()
