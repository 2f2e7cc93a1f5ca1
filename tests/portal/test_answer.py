"""Answering a request for information: counted once, whole or not at all, typed text kept."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core import clock
from backoffice.core.audit import verify
from backoffice.core.case import CaseEvent
from backoffice.core.files import Attachment
from backoffice.core.link import PortalLink, Scope
from backoffice.core.outbox import OutboxMessage
from backoffice.core.queue import subject_of
from backoffice.core.request import InfoRequest
from config.settings import get_settings
from tests.factories.appeal import act, pass_undo, refusal
from tests.factories.staff import submit
from tests.fakes.documents import pdf

SAID = "Ma mère est gérante, je la représente."
TOO_MUCH = get_settings().upload_max_bytes


@pytest.fixture
def asked(session):
    """Return a function that gives the last question."""
    last = select(InfoRequest).order_by(InfoRequest.id.desc()).limit(1)
    return lambda: session.scalars(last).one()


def file(data: bytes = b"", name: str = "mandat.pdf", kind: str = "application/pdf"):
    return (io.BytesIO(data or pdf()), name, kind)


class TestAccepted:
    def test_the_case_goes_back_to_who_asked(self, case, ask, post, asked, moderator):
        path, version = ask(), case.version
        answer = post(path, "answer", answer=SAID)
        assert (answer.status_code, answer.headers["Location"]) == (303, path)
        assert (case.state, case.assignee_id) == ("open", moderator.id)
        assert (case.waiting_for, case.waiting_until, case.paused_at) == (None, None, None)
        assert case.version > version
        assert "answered" in case.flags
        assert asked().answer == SAID

    def test_the_clock_runs_on_with_what_was_left(self, session, case, ask, post):
        path = ask()
        case.paused_at -= timedelta(days=7)
        case.due_at = case.paused_at + timedelta(hours=1)  # an hour was left
        session.flush()
        post(path, "answer", answer=SAID)
        assert case.due_at > clock.now()

    def test_the_story_and_the_audit_tell_it(self, session, case, ask, post):
        post(ask(), "answer", answer=SAID)
        line = session.scalars(
            select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.verb == "answered")
        ).one()
        assert (line.actor_kind, line.body) == ("party", SAID)
        assert list(verify(session)) == []

    def test_the_party_reads_what_it_wrote(self, client, ask, post):
        path = ask()
        post(path, "answer", answer=SAID)
        shown = client.get(f"{path}?lang=en").text
        assert SAID in shown
        assert "We are examining your registration" in shown
        assert 'name="answer"' not in shown

    def test_corrections_change_the_registration_and_its_search(self, session, case, ask, post):
        path = ask("trade_name", "last_name")
        post(path, "answer", trade_name="Verger d’Auzon", last_name="Auzon")
        registration = subject_of(session, case)
        assert (registration.trade_name, registration.last_name) == ("Verger d’Auzon", "Auzon")
        assert case.title == "Verger d’Auzon"

    def test_what_was_sent_stands_in_the_fields_to_correct(self, session, client, case, ask):
        registration = subject_of(session, case)
        shown = client.get(ask("last_name", "iban")).text
        assert f'name="last_name" type="text" value="{registration.last_name}"' in shown
        assert registration.iban() not in shown

    def test_what_was_not_changed_is_no_correction(self, session, case, ask, post, asked):
        path, name = ask("last_name"), subject_of(session, case).last_name
        post(path, "answer", answer=SAID, last_name=f" {name} ")
        assert asked().corrections == {}

    def test_the_checks_are_asked_again(self, session, case, ask, post):
        path = ask()
        last = session.scalar(select(OutboxMessage.id).order_by(OutboxMessage.id.desc()).limit(1))
        post(path, "answer", answer=SAID)
        newer = select(OutboxMessage.event).where(OutboxMessage.id > last)
        assert session.scalars(newer).all() == ["checks.run"]

    def test_a_document_is_enough(self, session, case, ask, post):
        post(ask("document:kbis"), "answer", **{"document:kbis": file(name="k.pdf")}, files=file())
        kept = select(Attachment).where(Attachment.case_id == case.id, Attachment.kind != "x")
        rows = session.scalars(kept.where(Attachment.uploaded_by == "portal")).all()
        assert {(row.kind, row.filename) for row in rows} == {
            ("kbis", "k.pdf"),
            ("evidence", "mandat.pdf"),
        }
        work = select(OutboxMessage.payload).where(OutboxMessage.event == "pages.render")
        assert {row.id for row in rows} <= {one["attachment_id"] for one in session.scalars(work)}

    def test_a_late_answer_counts_while_nothing_is_decided(self, session, case, ask, post, asked):
        path = ask()
        asked().until = clock.now() - timedelta(days=1)
        case.state, case.waiting_until = "open", None
        case.flag("no_reply")
        session.flush()
        assert post(path, "answer", answer=SAID).status_code == 303
        assert "no_reply" not in case.flags
        assert asked().answered_at


class TestRefused:
    def test_a_second_submit_is_told_so_and_keeps_its_words(self, client, case, ask, post, asked):
        path = ask()
        number = asked().id
        post(path, "answer", answer=SAID)
        version = case.version
        again = post(f"{path}?lang=en", "answer", answer="Autre chose.", request=number)
        assert again.status_code == 409
        assert "We already have your answer" in again.text
        assert "Autre chose." in again.text
        assert (asked().answer, case.version) == (SAID, version)

    def test_an_answer_after_the_decision(self, session, case, ask, post, asked, moderator):
        path, number = ask(), asked().id
        pass_undo(session, act(session, case, "reject", moderator, refusal(session)))
        late = post(f"{path}?lang=en", "answer", answer=SAID, request=number)
        assert late.status_code == 409
        assert "no longer waiting" in late.text
        assert SAID in late.text

    def test_a_question_taken_back(self, session, case, ask, post, asked):
        path, number = ask(), asked().id
        asked().withdrawn_at = clock.now()
        session.flush()
        gone = post(f"{path}?lang=en", "answer", answer=SAID, request=number)
        assert gone.status_code == 409
        assert "withdrawn" in gone.text

    def test_nothing_at_all(self, ask, post, asked):
        empty = post(f"{ask('last_name')}?lang=en", "answer", answer=" ")
        assert empty.status_code == 422
        assert "Write an answer, correct a field or add a document." in empty.text
        assert asked().answered_at is None

    def test_what_arithmetic_refuses_is_said_beside_the_field(self, session, case, ask, post):
        path = ask("siret")
        wrong = post(f"{path}?lang=en", "answer", siret="35600000000049", answer=SAID)
        assert wrong.status_code == 422
        assert 'aria-describedby="siret-error"' in wrong.text
        assert "35600000000049" in wrong.text
        assert SAID in wrong.text
        assert subject_of(session, case).siret != "35600000000049"
        assert case.state == "waiting"

    def test_what_does_not_fit_with_a_field_not_asked_for_names_it(self, case, ask, post):
        wrong = post(f"{ask('siren')}?lang=en", "answer", siren="552081317", answer=SAID)
        assert wrong.status_code == 422
        assert "SIRET: " in wrong.text
        assert case.state == "waiting"

    @pytest.mark.parametrize(
        ("data", "name", "kind", "status"),
        [
            (b"MZ" + b"\0" * 500, "facture.pdf", "application/pdf", 422),
            (b"<html><script>", "page.pdf", "application/pdf", 422),
            (b"PK\x03\x04" + b"\0" * 500, "a.docx", "application/vnd.ms-word", 422),
            (
                b"%PDF-" + b"\0" * get_settings().upload_max_bytes,
                "gros.pdf",
                "application/pdf",
                413,
            ),
        ],
    )
    def test_a_document_that_is_none_keeps_the_text(
        self, session, ask, post, asked, data, name, kind, status
    ):
        answer = post(ask(), "answer", answer=SAID, files=file(data, name, kind))
        assert answer.status_code == status
        assert SAID in answer.text
        assert name in answer.text
        assert asked().answered_at is None
        kept = select(Attachment).where(Attachment.uploaded_by == "portal")
        assert session.scalars(kept).first() is None

    def test_too_many_documents(self, ask, post, asked):
        many = [file(name=f"{number}.pdf") for number in range(11)]
        assert post(ask(), "answer", answer=SAID, files=many).status_code == 422
        assert asked().answered_at is None

    def test_a_text_of_ten_thousand_characters(self, ask, post):
        long = "é" * 10_000
        answer = post(ask(), "answer", answer=long)
        assert answer.status_code == 422
        assert long in answer.text

    def test_nul_bytes_emoji_and_right_to_left_text_are_taken(self, ask, post, asked):
        post(ask(), "answer", answer="a\0b 🌻 שלום \u202egnp")
        assert asked().answer == "ab 🌻 שלום \u202egnp"

    def test_without_the_form_s_token(self, client, ask, asked):
        answer = client.post(ask(), data={"do": "answer", "answer": SAID, "request": asked().id})
        assert answer.status_code == 400
        assert asked().answered_at is None

    def test_a_question_of_another_case(self, session, client, ask, post, asked, contest_path):
        ask()
        answer = submit(client, contest_path, do="answer", answer=SAID, request=asked().id)
        assert answer.status_code == 404
        assert asked().answered_at is None

    def test_a_link_that_only_contests(self, session, client, ask, asked):
        path = ask()
        session.scalars(select(PortalLink)).one().scope = Scope.CONTEST
        session.flush()
        assert 'name="answer"' not in client.get(path).text
        answer = submit(client, path, do="answer", answer=SAID, request=asked().id)
        assert answer.status_code == 404

    def test_a_form_that_does_not_say_what_it_is(self, client, ask):
        assert submit(client, ask()).status_code == 400
