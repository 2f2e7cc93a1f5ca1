"""Tickets by the API: asked once, added to once, told without what may still be taken back."""

from base64 import b64encode

import pytest
from sqlalchemy import func, select

from backoffice.core.files import Attachment
from backoffice.queues.tickets.model import Ticket
from tests.factories.appeal import act, pass_undo
from tests.factories.dispute import make_paid_order
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff
from tests.factories.ticket import make_ticket
from tests.fakes.documents import pdf

PATH = "/tickets"
DOCUMENT = {"filename": "releve.pdf", "content_type": "application/pdf",
            "content_base64": b64encode(pdf()).decode()}  # fmt: skip
PERSON = {"kind": "person", "name": "Jeanne Roy", "email": "jeanne.roy@ecrin.example"}


def body(**changes) -> dict:
    """Return a ticket as programs send it."""
    return {
        "external_id": "billet-1", "subject": "Mot de passe", "category": "access",
        "body": "Je ne peux plus entrer.", "requester": PERSON, **changes,
    }  # fmt: skip


class TestReceiving:
    def test_it_opens_a_case_with_its_documents(self, call, session):
        answer = call("POST", PATH, body(documents=[DOCUMENT]))
        assert answer.status_code == 201, answer.text
        assert answer.json["case"].startswith("TIC-")
        ticket = session.get_one(Ticket, answer.json["id"])
        assert (ticket.requester_kind, ticket.email) == ("person", PERSON["email"])
        assert session.scalars(select(Attachment.sent_by)).all() == [f"person:{ticket.id}"]

    def test_an_account_is_named_by_its_number_with_its_order(self, call, session, app):
        order = make_paid_order(session, 9890)
        for kind, account in (("seller", order.seller), ("buyer", order.buyer)):
            requester = {"kind": kind, "external_id": account.external_id}
            sent = body(external_id=kind, requester=requester, order=order.external_id)
            answer = call("POST", PATH, sent)
            assert answer.status_code == 201, answer.text
            ticket = session.get_one(Ticket, answer.json["id"])
            assert (ticket.requester_id, ticket.order_id) == (account.id, order.id)
            assert ticket.seller_id == order.seller_id

    def test_the_same_again_is_the_same_and_another_content_is_refused(self, call, session):
        first, again = (call("POST", PATH, body(documents=[DOCUMENT])) for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json == again.json
        for changed in ({"body": "Autre chose."}, {"documents": []}):
            other = call("POST", PATH, body(documents=[DOCUMENT]) | changed)
            assert (other.status_code, other.json["case"]) == (409, first.json["case"])
        assert session.scalar(select(func.count(Ticket.id))) == 1

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"requester": {"kind": "seller", "external_id": "x"}}, "/requester/external_id"),
            ({"requester": {"kind": "buyer"}}, "/requester/external_id"),
            ({"requester": {"kind": "person", "name": "Jeanne"}}, "/requester/email"),
            ({"requester": PERSON | {"email": "jeanne"}}, "/requester/email"),
            ({"order": "inconnue"}, "/order"),
            ({"subject": ""}, "/subject"),
            ({"documents": [DOCUMENT | {"content_base64": "TVqQAA=="}]}, "/documents/0"),
        ],
    )
    def test_what_cannot_be_is_said_where_it_stands(self, call, app, changes, pointer):
        answer = call("POST", PATH, body(**changes))
        assert answer.status_code == 422
        assert [one["pointer"] for one in answer.json["errors"]] == [pointer]

    def test_an_order_of_somebody_else_is_refused(self, call, session, app):
        order, seller = make_paid_order(session, 9890), make_seller(session)
        requester = {"kind": "seller", "external_id": seller.external_id}
        answer = call("POST", PATH, body(requester=requester, order=order.external_id))
        assert answer.json["errors"][0]["pointer"] == "/order"


class TestMessages:
    def test_it_opens_a_solved_ticket_again_and_counts_once(self, call, session, app):
        ticket, case, _ = make_ticket(session)
        support = make_staff(session, role="support").actor
        pass_undo(session, act(session, case, "solve", support, {"body": ""}))
        said = {"external_id": "billet-1-2", "body": "Toujours rien.", "documents": [DOCUMENT]}
        path = f"{PATH}/{ticket.id}/messages"
        first, again = (call("POST", path, said) for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 200), first.text
        assert first.json == again.json
        assert first.json | {"id": 0} == {
            "id": 0, "ticket": ticket.id, "case": case.reference, "status": "pending"
        }  # fmt: skip
        assert call("POST", path, said | {"body": "Autre chose."}).status_code == 409

    def test_to_an_unknown_ticket_is_not_found(self, call):
        said = {"external_id": "m", "body": "Bonjour."}
        for number in (10**12, 10**30):
            assert call("POST", f"{PATH}/{number}/messages", said).status_code == 404


def test_a_reply_is_told_once_it_can_no_longer_be_taken_back(call, session, app):
    ticket, case, _ = make_ticket(session)
    support = make_staff(session, role="support").actor
    decision = act(session, case, "reply", support, {"body": "C’est fait."})
    path = f"{PATH}/{ticket.id}"
    assert [one["direction"] for one in call("GET", path).json["messages"]] == ["in"]
    pass_undo(session, decision)
    told = call("GET", path).json
    assert [one["direction"] for one in told["messages"]] == ["in", "out"]
    assert (told["case"]["reference"], told["case"]["status"]) == (case.reference, "waiting")
