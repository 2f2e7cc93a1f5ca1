"""Sending a report: the receipt, the files, what is refused, what is limited, and nothing lost."""

import io
import logging
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core.audit import verify
from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.files import Attachment
from backoffice.core.outbox import OutboxMessage
from backoffice.core.secrets import token
from backoffice.marketplace.notifier import notifier_of
from backoffice.notify.render import render
from backoffice.queues.notices.model import Notice
from config.settings import get_settings
from tests.fakes.documents import pdf
from tests.intake.report.conftest import PATH, carried, step_of
from tests.intake.report.test_steps import SCRIPT

TOO_MUCH = get_settings().upload_max_bytes


@pytest.fixture
def notices(session):
    """Return a function that gives every notice there is."""
    return lambda: session.scalars(select(Notice).order_by(Notice.id)).all()


@pytest.fixture
def receipt(session):
    """Return a function that gives the last receipt sent by e-mail, and the link in it."""
    mails = select(OutboxMessage).where(
        OutboxMessage.event == "notice.received", OutboxMessage.channel == "mail"
    )
    return lambda: session.scalars(mails.order_by(OutboxMessage.id.desc())).first()


def file(data: bytes, name: str = "preuve.pdf", kind: str = "application/pdf"):
    return (io.BytesIO(data), name, kind)


@pytest.fixture
def link(receipt):
    """Return a function that gives the secret part of the link in the last receipt."""
    return lambda: token("p", receipt().payload["portal"])


@pytest.fixture
def limited(monkeypatch, redis_url):
    """Return a function that sets limits, counted from nought."""

    def limited(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name.upper(), value)
        get_settings.cache_clear()

    yield limited
    monkeypatch.undo()
    get_settings.cache_clear()


class TestTaken:
    def test_the_receipt_has_the_reference_on_screen_and_by_e_mail(
        self, session, send, report, notices, receipt
    ):
        answer = send(report)
        assert answer.status_code == 201
        (notice,) = notices()
        case = session.scalars(select(Case).where(Case.subject_id == notice.id)
                               .where(Case.queue == "notices")).one()  # fmt: skip
        assert case.reference in answer.text
        assert (case.channel, case.state) == ("report", "open")
        assert receipt().payload["reference"] == case.reference
        assert receipt().to_address == report["email"]
        assert (notice.right.number, notice.right.sign) == ("4123456", "TERRABELLE")
        assert (notice.right.classes, notice.role) == ([21, 25], "owner")
        assert [one.title for one in notice.targets] == ["Bouilloire en acier"]
        assert list(verify(session)) == []

    def test_files_are_kept(self, session, send, report):
        mandate = file(pdf(2), "mandat.pdf")
        send(report, role="agent", mandate=mandate, files=[file(pdf()), file(pdf(3), "b.pdf")])
        kept = session.scalars(select(Attachment).where(Attachment.uploaded_by == "report")).all()
        assert {(one.kind, one.filename) for one in kept} == {
            ("mandate", "mandat.pdf"),
            ("evidence", "preuve.pdf"),
            ("evidence", "b.pdf"),
        }

    def test_sexual_abuse_of_children_is_taken_without_a_name(self, send, report, notices):
        unnamed = {"name": "", "email": "", "organisation": "", "kind": "child_abuse"}
        answer = send(report | unnamed)
        assert answer.status_code == 201
        assert "without an e-mail address we cannot write to you" in answer.text
        (notice,) = notices()
        assert (notice.name, notice.notifier, notice.right) == ("", None, None)

    @pytest.mark.parametrize("kind", ["copyright", "design", "patent", "counterfeit", "message"])
    def test_every_kind_can_be_sent(self, send, report, notices, kind):
        numbers = {"design": "20201234-001", "patent": "FR3012345"}
        typed = report | {"kind": kind, "number": numbers.get(kind, "4123456")}
        assert send(typed | {"right_kind": "trademark"}).status_code == 201
        assert notices()[0].kind == kind

    def test_the_same_twice_is_one_case_and_says_so(self, send, report, notices):
        first, second = send(report), send(report)
        reference = re.search(r"NOT-\d{4}-\d{6,}", first.text)[0]
        assert reference in second.text
        assert "You had sent us the same before" in second.text
        assert [one.repeats for one in notices()] == [1]

    def test_scripts_are_shown_as_typed_by_page_mail_and_portal(
        self, app, client, send, report, receipt, link
    ):
        words = ("explanation", "sign", "holder_name", "name", "organisation", "test_purchase")
        lines = f"{report['targets']}\n{SCRIPT}"
        answer = send(report | dict.fromkeys(words, SCRIPT) | {"targets": lines})
        assert answer.status_code == 201
        with app.app_context():
            mail = render("notice.received", "en", receipt().payload)
        portal = client.get(f"/p/{link()}?lang=en")
        assert portal.status_code == 200
        for html in (answer.text, mail.html, portal.text):
            assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)" in answer.text


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "step", "said"),
        [
            ({"good_faith": []}, "check", "Tick this box to send the report."),
            ({"targets": "nulle-part"}, "about", "Line 1: Nothing here has this name"),
            ({"number": "018123456"}, "right", "has the shape of EUIPO"),
            ({"email": "claire@"}, "you", "This is not an e-mail address"),
            ({"explanation": ""}, "why", "Say in your own words what is wrong."),
            ({"kind": ""}, "kind", "Choose what is wrong."),
        ],
    )
    def test_the_step_that_is_wrong_is_shown(self, send, report, notices, changes, step, said):
        answer = send(report | changes)
        assert (answer.status_code, step_of(answer)) == (422, step)
        assert said in answer.text
        assert notices() == []

    @pytest.mark.parametrize(
        ("data", "name", "kind", "status"),
        [
            (b"PK\x03\x04" + b"\0" * 500, "preuves.zip", "application/zip", 422),
            (b"PK\x03\x04" + b"\0" * 500, "facture.pdf", "application/pdf", 422),
            (b"MZ" + b"\0" * 500, "photo.jpg", "image/jpeg", 422),
            (b"%PDF-" + b"\0" * TOO_MUCH, "gros.pdf", "application/pdf", 413),
            (b"%PDF-" + b"\0" * 4 * TOO_MUCH, "enorme.pdf", "application/pdf", 413),
            (b"", "vide.pdf", "application/pdf", 422),
        ],
    )
    def test_a_file_that_is_none_keeps_every_answer(
        self, session, send, report, notices, data, name, kind, status
    ):
        answer = send(report, files=file(data, name, kind))
        assert (answer.status_code, step_of(answer)) == (status, "check")
        assert name in answer.text
        assert carried(answer)["explanation"] == report["explanation"]
        assert re.search(r'<input checked [^>]*name="good_faith"', answer.text)
        assert notices() == []

    def test_eleven_files(self, send, report, notices):
        many = [file(pdf(), f"{number}.pdf") for number in range(11)]
        answer = send(report, files=many)
        assert (answer.status_code, step_of(answer)) == (422, "check")
        assert notices() == []

    def test_more_than_all_files_together(self, send, report, notices):
        huge = file(b"%PDF-" + b"\0" * 11 * TOO_MUCH)
        answer = send(report, files=huge)
        assert answer.status_code == 413
        assert "This is too large" in answer.text
        assert notices() == []

    def test_a_notifier_who_is_suspended_reads_why(self, session, send, report, notices):
        who = {name: report[name] for name in ("email", "name", "organisation")}
        notifier_of(session, **who, locale="fr").suspended_until = now() + timedelta(days=30)
        session.flush()
        answer = send(report)
        assert answer.status_code == 409
        assert "We examine no notices of yours until" in answer.text
        assert report["explanation"] in answer.text
        assert notices() == []

    def test_what_people_do_not_see_is_left_empty(self, send, report, notices, caplog):
        with caplog.at_level(logging.WARNING):
            answer = send(report, website="https://spam.example")
        assert answer.status_code == 201
        assert "We have received your report" in answer.text
        assert notices() == []
        assert "the field that people do not see" in caplog.text


class TestLimits:
    def test_one_address(self, send, report, notices, limited):
        limited(notices_per_address="2 per hour")
        answers = [send(report | {"explanation": f"Texte {n}."}) for n in range(3)]
        assert [one.status_code for one in answers] == [201, 201, 429]
        last = answers[2]
        assert 1800 < int(last.headers["Retry-After"]) <= 3601
        assert step_of(last) == "check"
        assert "Too many reports came from here." in last.text
        assert carried(last)["explanation"] == "Texte 2."
        assert len(notices()) == 2

    def test_one_e_mail(self, send, report, limited):
        limited(notices_per_email="1 per hour")
        emails = [report["email"], report["email"].upper(), "autre@terrabelle.example"]
        answers = [send(report, email=one, explanation=one) for one in emails]
        assert [one.status_code for one in answers] == [201, 429, 201]

    def test_refused_reports_do_not_count(self, send, report, limited):
        limited(notices_per_address="1 per hour")
        assert send(report | {"number": "1"}).status_code == 422
        assert send(report).status_code == 201

    def test_a_trusted_flagger_is_let_through_by_a_link_alone(
        self, session, send, report, link, limited
    ):
        send(report)
        proof = link()
        row = notifier_of(session, email=report["email"], name="", organisation="", locale="fr")
        row.kind, row.trusted_status = "trusted_flagger", "active"
        session.flush()
        limited(notices_per_address="1 per hour", notices_per_email="1 per hour")
        again = [report | {"explanation": f"Texte {n}."} for n in range(4)]
        assert send(again[0]).status_code in (201, 429)
        assert send(again[1]).status_code == 429  # typing the address proves nothing
        assert send(again[2], again=proof).status_code == 201
        stranger = {"again": proof, "email": "autre@terrabelle.example"}
        assert send(again[3] | stranger).status_code == 429

    def test_the_same_over_and_over_is_one_case(self, send, report, notices, limited):
        limited(notices_per_address="10 per hour")
        statuses = [send(report).status_code for _ in range(30)]
        assert statuses == [201] * 10 + [429] * 20
        assert [one.repeats for one in notices()] == [9]


class TestAgain:
    @pytest.fixture
    def first(self, send, report, link):
        """The link of a report that was sent."""
        send(report | {"holder_country": "BE"})
        return link()

    def test_the_link_fills_in_who_and_which_right(self, client, first, report):
        assert f"{PATH}?again={first}" in client.get(f"/p/{first}?lang=en").text
        answer = client.get(f"{PATH}?again={first}&lang=en")
        assert "Filled in from your earlier report" in answer.text
        kept = carried(answer)
        for name in ("name", "email", "organisation", "register", "number", "sign", "holder_name"):
            assert kept[name] == report[name]
        assert (kept["holder_country"], kept["classes"]) == ("BE", "21, 25")
        assert kept.getlist("infringes") == report["infringes"]
        assert "explanation" not in kept

    def test_a_holder_whom_somebody_else_named_is_not_told(self, client, send, report, link, first):
        stranger = {"email": "autre@exemple.example", "holder_name": "Autre SA", "name": "Paul"}
        send(report | stranger)
        kept = carried(client.get(f"{PATH}?again={link()}"))
        assert "holder_name" not in kept
        assert kept["name"] == "Paul"

    @pytest.mark.parametrize("wrong", ["", "1-none", "x" * 300, "1-\u20ac"])
    def test_another_link_fills_in_nothing(self, client, first, wrong):
        answer = client.get(PATH, query_string={"again": wrong})
        assert answer.status_code == 200
        assert carried(answer).keys() <= {"step", "csrf_token"}

    def test_an_address_that_is_typed_tells_nothing(self, go, first, report):
        typed = {name: report[name] for name in ("kind", "targets", "explanation", "email")}
        answer = go("you", typed | {"name": "Paul"})
        assert "Terrabelle SAS" not in answer.text
        assert "TERRABELLE" not in answer.text


def test_the_portal_leads_to_it(client):
    assert f'href="{PATH}"' in client.get("/p/1-none").text
