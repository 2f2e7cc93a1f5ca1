"""A ticket from its requester's link: reading it, writing again, saying how we did."""

import io

import pytest
from sqlalchemy import func, select

from backoffice.core.answer import Sent
from backoffice.core.files import Attachment
from backoffice.core.link import PortalLink
from backoffice.core.uploads import admit
from backoffice.queues.tickets.model import TicketMessage
from backoffice.queues.tickets.thread import add_message
from tests.factories.appeal import act, pass_undo, path_of
from tests.factories.staff import make_staff
from tests.factories.ticket import make_ticket
from tests.fakes.documents import pdf

MORE = "Merci, et pour celui de mardi ?"
SAID = "Le virement est parti ce matin."


@pytest.fixture
def support(session, app):
    return make_staff(session, role="support").actor


@pytest.fixture
def asked(session, files_dir, app):
    """A ticket that was received."""
    return make_ticket(session)


@pytest.fixture
def path(session, asked):
    """The address in its receipt."""
    return path_of(session.scalars(select(PortalLink)).one())


@pytest.fixture
def take(session, asked, support):
    """Return a function that takes an action on the ticket, for good."""

    def take(action, **data):
        decision = act(session, asked.case, action, support, data)
        pass_undo(session, decision)

    return take


def messages(session) -> int:
    return session.scalar(select(func.count(TicketMessage.id)))


class TestReading:
    def test_a_reply_is_read_once_it_cannot_be_taken_back(
        self, client, session, asked, path, support
    ):
        decision = act(session, asked.case, "reply", support, {"body": SAID})
        assert SAID not in client.get(path).text
        pass_undo(session, decision)
        page = client.get(path).text
        assert SAID in page
        assert "décision" not in page.lower()

    def test_it_gets_the_files_of_both_sides_and_no_others(self, client, session, asked, path):
        other = make_ticket(session)
        for ticket, direction in ((asked, "in"), (asked, "out"), (other, "in")):
            add_file(session, ticket, direction)
        sent = select(Attachment.id).where(Attachment.kind == "evidence").order_by(Attachment.id)
        statuses = []
        for number in session.scalars(sent):
            with client.get(f"{path}/documents/{number}") as answer:
                statuses.append(answer.status_code)
        assert statuses == [200, 200, 404]


def add_file(session, received, direction):
    file = Sent("evidence", admit("releve.pdf", "application/pdf", pdf()))
    add_message(session, received.case, received.ticket, direction=direction,
                channel="staff" if direction == "out" else "portal", body="Voici.",
                documents=[file])  # fmt: skip


class TestWriting:
    def test_it_opens_the_case_again_with_its_files(self, session, asked, path, take, post):
        take("reply", body=SAID)
        file = (io.BytesIO(pdf()), "releve.pdf", "application/pdf")
        answer = post(path, "reply", body=MORE, files=file)
        assert answer.status_code == 303
        assert (asked.case.state, messages(session)) == ("open", 3)

    def test_the_same_twice_is_one_message(self, session, asked, path, post):
        for _ in range(2):
            post(path, "reply", body=MORE)
        assert messages(session) == 2

    def test_an_empty_one_is_refused_in_place(self, session, asked, path, post):
        assert post(path, "reply", body=" ").status_code == 422
        assert messages(session) == 1

    def test_a_merged_ticket_takes_none(self, session, asked, path, take, post):
        other = make_ticket(session, asked.ticket.requester)
        take("merge", into=other.case.reference)
        answer = post(path, "reply", body=MORE)
        assert answer.status_code == 409
        assert MORE in answer.text


class TestRating:
    def test_a_solved_ticket_is_rated_and_rated_anew(self, session, asked, path, take, post):
        assert post(path, "rate", rating="4").status_code == 409
        take("solve", body="")
        for rating in ("4", "2"):
            assert post(path, "rate", rating=rating, comment="Un peu long.").status_code == 303
        assert (asked.ticket.rating, asked.ticket.rating_comment) == (2, "Un peu long.")
        assert post(path, "rate", rating="7").status_code == 422
