"""Taking e-mails: each once, into the ticket that it answers, and robots answered by nobody."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from backoffice.core.case import Case, CaseEvent, CaseLink, State
from backoffice.core.clock import now
from backoffice.core.files import Attachment
from backoffice.core.outbox import OutboxMessage
from backoffice.core.party import Party
from backoffice.core.queue import queue_of, subject_of
from backoffice.core.reply_address import make_reply_address
from backoffice.core.request import InfoRequest
from backoffice.intake.inbound import InboundMail
from backoffice.intake.mail.take import take_mail
from backoffice.queues.party_form import FILES_MAX
from backoffice.queues.tickets.model import Ticket, TicketMessage
from config.settings import get_settings
from tests.factories.registration import make_case
from tests.factories.ticket import make_ticket
from tests.fakes.documents import pdf
from tests.intake.mail.letters import eml, letter, with_files

ZOE = Party("person", 0, "Zoé Petit", "zoe@exemple.fr", "fr")
DOMAIN = "marjolaine.example"


@pytest.fixture
def zoe(session):
    """A ticket of Zoé's, who wrote us an e-mail."""
    return make_ticket(session, ZOE, subject="Colis", external_id=None)


def count(session, model) -> int:
    """Count rows."""
    return session.scalar(select(func.count()).select_from(model))


def mails(session) -> list[OutboxMessage]:
    """Return what is owed to people."""
    return session.scalars(select(OutboxMessage).where(OutboxMessage.channel == "mail")).all()


def last(session) -> TicketMessage:
    """Return the newest message of all tickets."""
    return session.scalars(select(TicketMessage).order_by(TicketMessage.id.desc()).limit(1)).one()


def events(session, case: Case) -> list[str]:
    """Return what the timeline says."""
    query = select(CaseEvent.verb).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    return list(session.scalars(query))


def test_a_new_mail_opens_a_ticket_of_nobody_known(session):
    taken = take_mail(session, eml("outlook_html"))
    assert taken.outcome == "opened"
    ticket = session.scalars(select(Ticket)).one()
    assert (ticket.subject, ticket.name, ticket.email) == (
        "RE: Colis", "Camille Moreau", "camille@exemple.fr"
    )  # fmt: skip
    assert (ticket.requester_kind, ticket.category, ticket.seller_id) == ("person", "other", None)
    message = last(session)
    assert (message.id, message.channel) == (taken.ticket_message_id, "email")
    assert message.quoted.startswith("De : Marjolaine")
    (receipt,) = mails(session)
    assert (receipt.event, receipt.to_address) == ("ticket.received", "camille@exemple.fr")


def test_the_same_mail_again_changes_nothing(session):
    first = take_mail(session, eml("plain"))
    assert take_mail(session, b"Received: by another\n" + eml("plain")) is first
    assert (count(session, Ticket), count(session, InboundMail), len(mails(session))) == (1, 1, 1)


def test_an_answer_joins_its_ticket(session, zoe):
    version, before = zoe.case.version, len(mails(session))
    taken = take_mail(session, letter("Et alors ?", to=make_reply_address(zoe.case.reference)))
    assert (taken.outcome, taken.case_id) == ("added", zoe.case.id)
    message = last(session)
    assert (message.ticket_id, message.body) == (zoe.ticket.id, "Et alors ?")
    assert message.author_email == ""
    assert zoe.case.version > version
    assert len(mails(session)) == before


def test_servers_may_change_capitals_and_headers(session, zoe):
    address = make_reply_address(zoe.case.reference)
    for number, header in enumerate(("Delivered_To", "X_Original_To", "Envelope_To", "Cc")):
        changed = address.upper() if number % 2 else address.lower()
        assert take_mail(session, letter(**{header: changed})).case_id == zoe.case.id


def test_another_writer_is_named(session, zoe):
    raw = letter(to=make_reply_address(zoe.case.reference), sender="Max <max@exemple.fr>")
    assert take_mail(session, raw).outcome == "added"
    assert (last(session).author_name, last(session).author_email) == ("Max", "max@exemple.fr")


@pytest.mark.parametrize("signature", [".aaaaaaaaaaaaaaaa", "", "."])
def test_a_false_signature_opens_a_ticket_of_its_own(session, zoe, signature):
    raw = letter(to=f"support+{zoe.case.reference}{signature}@{DOMAIN}")
    taken = take_mail(session, raw)
    assert taken.outcome == "opened"
    case = session.get(Case, taken.case_id)
    assert case.id != zoe.case.id
    assert case.flags == ["spoofed_reference"]
    assert "spoofed_reference" in events(session, case)
    assert events(session, zoe.case) == ["opened"]


def test_the_signature_of_one_case_opens_no_other(session, zoe):
    other = make_ticket(session).case.reference
    address = make_reply_address(other).replace(other, zoe.case.reference)
    assert take_mail(session, letter(to=address)).case_id != zoe.case.id


def test_the_number_of_a_mail_of_ours_lets_in_the_requester_alone(session, zoe):
    uid = mails(session)[0].uid
    raw = letter("Merci", In_Reply_To=f"<{uid}@{DOMAIN}>")
    assert take_mail(session, raw).case_id == zoe.case.id
    other = letter("Merci", sender="max@exemple.fr", References=f"<a@b.fr> <{uid}@{DOMAIN}>")
    assert take_mail(session, other).case_id != zoe.case.id
    guessed = letter("Merci", In_Reply_To=f"<{UUID(int=1)}@{DOMAIN}>")
    assert take_mail(session, guessed).outcome == "opened"


def test_an_out_of_office_is_kept_and_changes_nothing(session, zoe):
    state, version, before = zoe.case.state, zoe.case.version, len(mails(session))
    raw = letter(
        "Absente", to=make_reply_address(zoe.case.reference), Auto_Submitted="auto-replied"
    )
    taken = take_mail(session, raw)
    assert (taken.outcome, taken.case_id) == ("automatic", zoe.case.id)
    assert last(session).is_automatic
    assert (zoe.case.state, zoe.case.version, len(mails(session))) == (state, version, before)


@pytest.mark.parametrize("name", ["out_of_office", "mailing_list", "no_sender", "delayed"])
def test_a_robot_about_nothing_is_dropped_and_recorded(session, name):
    assert take_mail(session, eml(name)).outcome == "dropped"
    assert (count(session, Ticket), mails(session)) == (0, [])


def test_a_bounce_marks_the_case(session):
    camille = ZOE._replace(name="Camille", email="camille@exemple.fr")
    case = make_ticket(session, camille).case
    mails(session)[0].uid = UUID(int=7)
    session.flush()
    taken = take_mail(session, eml("bounce"))
    assert (taken.outcome, taken.case_id) == ("bounced", case.id)
    assert case.flags == ["undeliverable"]
    (line,) = session.scalars(select(CaseEvent).where(CaseEvent.verb == "undeliverable"))
    assert line.values == {
        "address": "camille@exemple.fr", "status": "smtp; 550 5.1.1 User unknown"
    }  # fmt: skip
    assert len(mails(session)) == 1


def test_a_bounce_of_another_address_marks_nothing(session, zoe):
    mails(session)[0].uid = UUID(int=7)
    session.flush()
    assert take_mail(session, eml("bounce")).outcome == "dropped"
    assert zoe.case.flags == []


def test_two_robots_end_their_talk(session):
    """One that answers our receipts as a person would, at the address that they name and anew."""
    take_mail(session, letter("Absent", subject="Absence"))
    for turn in range(20):
        receipt = mails(session)[-1]
        case = session.get(Case, receipt.case_id)
        take_mail(session, letter(f"Absent {turn}", to=make_reply_address(case.reference)))
        take_mail(session, letter(f"Absent {turn}", subject="Re: Absence"))
    assert len(mails(session)) == get_settings().mail_receipts_per_hour
    assert count(session, Ticket) == get_settings().mail_receipts_per_hour
    assert count(session, InboundMail) == 41


def test_a_robot_at_a_ticket_that_ended_long_ago(session, zoe):
    """Each answer begins a new ticket; beyond the receipts of the hour none is told of it."""
    zoe.case.state, zoe.case.resolution = State.CLOSED, "solved"
    zoe.case.closed_at, before = now() - timedelta(days=60), len(mails(session))
    address = make_reply_address(zoe.case.reference)
    for _ in range(10):
        assert take_mail(session, letter("Absent", to=address)).outcome == "opened"
    assert len(mails(session)) - before == get_settings().mail_receipts_per_hour
    take_mail(session, letter("Bonjour", to=address, sender="max@exemple.fr"))
    assert len(mails(session)) - before == get_settings().mail_receipts_per_hour


def test_beyond_the_receipts_another_subject_still_opens(session):
    most = get_settings().mail_receipts_per_hour
    for number in range(most + 2):
        assert take_mail(session, letter(subject=f"Question {number}")).outcome == "opened"
    assert len(mails(session)) == most
    session.execute(InboundMail.__table__.update().values(received_at=now() - timedelta(hours=2)))
    take_mail(session, letter(subject="Le lendemain"))
    assert len(mails(session)) == most + 1


def test_files_are_kept_or_named(session):
    files = {f"p{n}.pdf": ("application/pdf", pdf()) for n in range(FILES_MAX)}
    taken = take_mail(session, with_files({"a.zip": ("application/zip", b"PK\3\4"), **files}))
    message = last(session)
    assert len(message.files) == FILES_MAX - 1
    assert "[a.zip" in message.body
    assert f"p{FILES_MAX - 1}.pdf" in message.body
    refused = session.scalars(
        select(Attachment).where(
            Attachment.case_id == taken.case_id, Attachment.problem.is_not(None)
        )
    ).all()
    assert len(refused) == 2


def test_a_mail_without_words_says_so(session):
    take_mail(session, eml("empty"))
    assert last(session).body.startswith("(")


def test_a_mail_too_large_is_known_by_its_beginning(session):
    raw = with_files({"a.pdf": ("application/pdf", pdf())})
    taken = take_mail(session, raw, size_bytes=30 * 1024 * 1024)
    assert "30" in last(session).body
    assert list(last(session).files) == []
    assert taken.size_bytes == 30 * 1024 * 1024


def test_a_question_is_answered_by_its_party(session):
    case = make_case(session)
    (party,) = queue_of(case).parties(session, subject_of(session, case))
    case.state, case.waiting_for = State.WAITING, party.kind
    case.paused_at = now()
    asked = InfoRequest(
        case_id=case.id, asked_of=party.kind, asked_of_id=party.id, question="Quel Kbis ?",
        until=now() + timedelta(days=2),
    )  # fmt: skip
    session.add(asked)
    session.flush()
    address = make_reply_address(case.reference)
    other = take_mail(session, letter("Moi", to=address, sender="max@exemple.fr"))
    assert (other.outcome, asked.answered_at) == ("opened", None)
    link = session.scalars(select(CaseLink)).one()
    assert (link.from_id, link.to_id) == (case.id, other.case_id)
    taken = take_mail(session, letter("Celui-ci", to=address, sender=party.email))
    assert (taken.outcome, taken.case_id) == ("added", case.id)
    assert (asked.answer, case.state) == ("Celui-ci", State.OPEN)
