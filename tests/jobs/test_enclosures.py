"""What leaves attached: the statements a decision owes to its reader, the same bytes each time."""

import hashlib
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from backoffice.core.clock import now
from backoffice.core.decision import Statement
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.store import file_store
from backoffice.notify.message import compose
from backoffice.notify.statement import sent_times
from backoffice.queues.listings.digest import tell_submissions
from jobs.drain import drain
from jobs.enclosures import enclosures
from tests.factories.appeal import (
    OVERTURN,
    act,
    appeal_against,
    link_of,
    pass_undo,
    refusal,
    refused_by,
    registration_case,
    rows_of,
)
from tests.factories.decision import decided
from tests.factories.listing import make_listing
from tests.factories.mail_parts import STATEMENT
from tests.factories.staff import make_staff
from tests.factories.statement import read_pdf
from tests.fakes.smtp import ACCEPTED, HANG_UP, Mailbox, mail_server

FILE = "exposé-des-motifs-{}.pdf"


@pytest.fixture
def box(app, change_settings, files_dir):
    """What the mail server took; it is the one named in the settings."""
    box = Mailbox()
    with mail_server(box) as url:
        change_settings(smtp_url=url)
        yield box


@pytest.fixture
def moderator(session, app):
    return make_staff(session, role="moderator").actor


@pytest.fixture
def refused(session, moderator):
    """A registration that was refused for good."""
    return refused_by(session, moderator)


def mail_of(session, decision) -> OutboxMessage:
    """Return the e-mail of a decision, ready to leave; no other leaves."""
    mails = select(OutboxMessage).where(OutboxMessage.channel == Channel.MAIL)
    for other in session.scalars(mails):
        other.state = "cancelled"
    (row,) = (one for one in rows_of(session, decision) if one.channel == Channel.MAIL)
    row.state, row.available_at = "pending", now() - timedelta(seconds=1)
    session.flush()
    return row


def attached(mail) -> list[tuple[str, bytes]]:
    """Return the files of an e-mail, as its reader finds them."""
    return [(one.get_filename(), one.get_content()) for one in mail.iter_attachments()]


def again(session, decision, **changes) -> Statement:
    """Let a decision owe one more statement, to the same party unless told otherwise."""
    first = decision.statements[0]
    values = {"recipient_kind": first.recipient_kind, "recipient_id": first.recipient_id}
    parts = {**STATEMENT, "reference": decision.case.reference, "facts": "Un autre fait."}
    one = Statement(locale="fr", parts=parts, sha256="0" * 64, **values | changes)
    decision.statements.append(one)
    session.flush()
    return one


def test_the_statement_travels_as_pdf_and_is_kept(session, refused, box):
    row, (statement,) = mail_of(session, refused), refused.statements
    drain(Channel.MAIL)
    ((name, data),) = attached(box.mails[0])
    assert name == FILE.format(refused.case.reference)
    assert refused.facts in read_pdf(data)
    session.refresh(statement)
    assert statement.document_sha256 == hashlib.sha256(data).hexdigest()
    with file_store().open(statement.document_key) as kept:
        assert kept.read() == data
    session.refresh(row)
    assert row.sent_copy["enclosed"] == [{"filename": name, "sha256": statement.document_sha256}]
    assert sent_times(session, [statement]) == {statement.document_sha256: row.sent_at}


def test_a_repeat_sends_the_bytes_that_were_kept(session, refused, box, change_settings):
    row, (statement,) = mail_of(session, refused), refused.statements
    answers = iter([HANG_UP, HANG_UP, HANG_UP])
    box.on_data = lambda address: next(answers, ACCEPTED)
    drain(Channel.MAIL)
    session.refresh(row)
    assert row.state == "pending"
    assert sent_times(session, [statement]) == {}  # nobody knows yet that it arrived
    change_settings(brand="Pâquerette")  # what is written anew says another name
    row.available_at, row.leased_until = now() - timedelta(seconds=1), None
    session.flush()
    drain(Channel.MAIL)
    session.refresh(row)
    assert row.state == "sent"
    first, *others = (attached(mail)[0][1] for mail in box.mails)
    assert others
    assert set(others) == {first}
    assert "Marjolaine" in read_pdf(first)


def test_every_statement_of_the_reader_is_attached_and_no_other(session, refused, box):
    mine = again(session, refused)
    other = again(session, refused, recipient_id=refused.case.seller_id + 1)
    mail_of(session, refused)
    drain(Channel.MAIL)
    found = attached(box.mails[0])
    reference = refused.case.reference
    assert [name for name, _ in found] == [FILE.format(reference), FILE.format(f"{reference}-2")]
    assert "Un autre fait." in read_pdf(found[1][1])
    session.refresh(mine)
    session.refresh(other)
    assert mine.document_key
    assert other.document_key is None


def test_it_speaks_its_reader_s_language(session, moderator, box):
    case = registration_case(session, locale="en")
    decision = act(session, case, "reject", moderator, refusal(session))
    mail_of(session, decision)
    drain(Channel.MAIL)
    ((name, data),) = attached(box.mails[0])
    assert name == f"statement-of-reasons-{case.reference}.pdf"
    assert read_pdf(data).startswith("Statement of reasons From:")


def test_an_appeal_s_answer_has_its_own_and_not_the_first_one(session, refused, box):
    case, lead = appeal_against(session, refused), make_staff(session, role="lead").actor
    decision = act(session, case, "overturn", lead, OVERTURN)
    pass_undo(session, decision)
    mail_of(session, decision)
    drain(Channel.MAIL)
    ((name, data),) = attached(box.mails[0])
    assert name == FILE.format(case.reference)
    assert OVERTURN["facts"] in read_pdf(data)


def test_what_owes_no_statement_has_nothing_attached(session, moderator, box):
    case = registration_case(session)
    data = {"question": "Qui ?", "until": (now() + timedelta(days=7)).date()}
    row = mail_of(session, act(session, case, "request_info", moderator, data))
    assert link_of(session, SimpleNamespace(id=row.decision_id))
    assert enclosures(session, row) == []


def test_a_digest_attaches_no_statement(session, app, files_dir):
    lead = make_staff(session, role="lead").actor
    data = {**refusal(session, "listing_rights"), "facts": "La marque est protégée."}
    decision = decided(session, make_listing(session).case, "reject", data, actor=lead)
    assert tell_submissions(session) == 1
    row = session.scalars(select(OutboxMessage).where(OutboxMessage.event == "listing.decided"))
    assert compose(one := row.one(), enclosures(session, one)).copy["enclosed"] == []
    assert [one.document_key for one in decision.statements] == [None]


def test_bytes_that_are_gone_hold_the_mail_and_nothing_else_is_sent_instead(session, refused, box):
    row, (statement,) = mail_of(session, refused), refused.statements
    statement.document_key = statement.document_sha256 = "0" * 64
    session.flush()
    drain(Channel.MAIL)
    session.refresh(row)
    assert row.state == "pending"
    assert "cannot be composed" in row.last_error
    assert box.mails == []
