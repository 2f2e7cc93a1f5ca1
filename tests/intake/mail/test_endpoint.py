"""The door for mail servers: `POST /api/v1/mail`."""

import pytest
from sqlalchemy import func, select

from backoffice.core.case import Case
from backoffice.core.reply_address import make_reply_address
from backoffice.queues.tickets.model import Ticket
from tests.factories.ticket import make_ticket
from tests.intake.mail.letters import eml, letter


@pytest.fixture
def send(call):
    """Return a function that posts a mail as it is."""
    return lambda raw, **more: call(
        "POST", "/mail", raw, **{"Content_Type": "message/rfc822", **more}
    )


def test_a_mail_opens_a_ticket_once(session, send):
    first, again = send(eml("plain")), send(eml("plain"))
    reference = session.scalars(select(Case.reference)).one()
    assert (first.status_code, first.json) == (200, {"outcome": "opened", "case": reference})
    assert again.json == first.json


def test_an_answer_names_its_case(session, send):
    case = make_ticket(session).case
    session.commit()
    answer = send(letter(to=make_reply_address(case.reference)))
    assert answer.json == {"outcome": "added", "case": case.reference}
    assert send(eml("mailing_list")).json == {"outcome": "dropped", "case": None}


def test_what_is_no_mail(session, send):
    assert send(b"").status_code == 400
    assert send(b" \n").status_code == 400
    answer = send(eml("plain"), Content_Type="text/plain")
    assert (answer.status_code, answer.mimetype) == (415, "application/problem+json")
    assert session.scalar(select(func.count()).select_from(Ticket)) == 0


def test_a_mail_too_large_is_not_read(session, settings, send):
    raw = eml("plain") + b"x" * settings.mail_max_bytes
    answer = send(raw)
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
    assert "25" in answer.json["detail"]
    assert session.scalar(select(func.count()).select_from(Ticket)) == 0


def test_a_key_for_other_things_is_refused(send, make_key):
    assert send(eml("plain"), key=make_key(["cases:read"])).status_code == 403
