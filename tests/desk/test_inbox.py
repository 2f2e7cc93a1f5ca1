"""The shared draft and the macros of the reply's form, as a browser without scripts sends them."""

import pytest
from sqlalchemy import select

from backoffice.core.presence import draft_of, write_draft
from backoffice.queues.tickets.model import TicketMessage
from tests.factories.dispute import make_dispute
from tests.factories.staff import make_staff
from tests.factories.ticket import make_ticket

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def desk(desk_of):
    """Somebody of the support at her desk."""
    return desk_of("support")


@pytest.fixture
def mine(session, desk):
    """A ticket that the person before the desk holds."""
    received = make_ticket(session)
    desk.post(f"/cases/{received.case.reference}/claim")
    return received


def send(desk, case, what, **typed):
    """Press a button of the reply's form."""
    return desk.post(f"/cases/{case.reference}/{what}", version=case.version, **typed)


def said(session, ticket):
    rows = select(TicketMessage.body).where(TicketMessage.ticket_id == ticket.id)
    return session.scalars(rows.order_by(TicketMessage.id)).all()


def test_a_draft_is_kept_and_the_form_begins_with_it(session, desk, mine):
    answer = send(desk, mine.case, "draft", body="Bonjour, je regarde.", draft_version=0)
    assert answer.status_code == 303
    assert "Bonjour, je regarde." in desk.get(f"/cases/{mine.case.reference}").text


def test_what_a_colleague_wrote_meanwhile_stands_beside_what_was_typed(session, desk, mine):
    other = make_staff(session, role="support", name="Maud Lefèvre")
    write_draft(session, mine.case.id, "Texte de Maud.", other.id)
    answer = send(desk, mine.case, "draft", body="Mon texte.", draft_version=0)
    assert answer.status_code == 409
    assert "Texte de Maud." in answer.text
    assert "Mon texte." in answer.text
    assert draft_of(session, mine.case.id).body == "Texte de Maud."


def test_a_macro_writes_below_what_was_typed_and_sends_it(session, desk, mine):
    answer = send(desk, mine.case, "macro", macro="payout_on_its_way", do="run",
                  body="Bonjour,", draft_version=0)  # fmt: skip
    assert answer.status_code == 303
    (sent,) = said(session, mine.ticket)[1:]
    assert sent.startswith("Bonjour,\n\nBonjour ")
    assert draft_of(session, mine.case.id).body == ""


def test_a_macro_that_fails_keeps_what_was_typed(session, desk, mine):
    answer = send(desk, mine.case, "macro", macro="order_late", do="run", body="Je regarde.",
                  draft_version=0)  # fmt: skip
    assert answer.status_code == 409
    assert "Je regarde." in answer.text
    assert len(said(session, mine.ticket)) == 1


def test_a_macro_that_is_there_no_more_is_said(session, desk, mine):
    answer = send(desk, mine.case, "macro", macro="disparue", do="run", body="Je regarde.",
                  draft_version=0)  # fmt: skip
    assert answer.status_code == 409
    assert "Je regarde." in answer.text


def test_only_tickets_have_drafts(session, desk):
    case = make_dispute(session).case
    assert send(desk, case, "draft", body="Rien", draft_version=0).status_code == 404


def test_what_was_typed_stands_where_the_ticket_is_somebody_else_s(session, desk):
    case = make_ticket(session).case
    answer = send(desk, case, "reply", body="Mon texte.")
    assert answer.status_code == 409
    assert "Mon texte." in answer.text


def test_an_undone_reply_stands_above_what_was_written_since(session, desk, mine):
    send(desk, mine.case, "reply", body="Première réponse.", then="stay")
    write_draft(session, mine.case.id, "La suite.", desk.staff.id)
    session.refresh(mine.case)
    send(desk, mine.case, "undo")
    assert draft_of(session, mine.case.id).body == "Première réponse.\n\nLa suite."
