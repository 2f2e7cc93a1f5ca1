"""Statements of reasons at the desk: foreseen before, and as sent afterwards."""

import re

import pytest

from backoffice.core.clock import now
from backoffice.core.decision import Decision, Statement, current_decision
from backoffice.core.outbox import Channel
from backoffice.desk.preview import preview
from backoffice.notify.statement import keep_pdf, text_of
from tests.desk.cases import act, claimed_by, refusal
from tests.desk.conftest import Desk
from tests.factories.appeal import appeal_against, pass_undo, refused_by, rows_of
from tests.factories.listing import make_listing
from tests.factories.statement import read_pdf

FORMS = ("pdf", "html")


def addresses(decision: Decision) -> list[str]:
    """Return where the desk gives a decision's statements, in both forms."""
    case = f"/cases/{decision.case.reference}"
    return [f"{case}/statements/{one.id}.{form}" for one in decision.statements for form in FORMS]


@pytest.fixture
def refused(session, desk):
    """A registration that the moderator refused for good."""
    return refused_by(session, desk.actor)


@pytest.fixture
def sent(session, app, refused) -> Statement:
    """Its statement, after the e-mail left with it."""
    (statement,) = refused.statements
    with app.app_context():
        keep_pdf(statement)
    (row,) = (one for one in rows_of(session, refused) if one.channel == Channel.MAIL)
    enclosed = [{"filename": "f.pdf", "sha256": statement.document_sha256}]
    row.state, row.sent_at = "sent", now()
    row.sent_copy = {"subject": "S", "text": "T", "html": "H", "enclosed": enclosed}
    session.flush()
    return statement


def seen(html: str) -> str:
    """Return the panel of a page that names statements, or nothing."""
    return "".join(re.findall(r'aria-labelledby="statements">.*?</article>', html, re.DOTALL))


class TestAfterwards:
    def test_the_case_leads_to_both_forms_and_says_that_it_was_not_sent(self, refused, desk: Desk):
        shown = seen(desk.page(f"/cases/{refused.case.reference}"))
        assert all(f'href="{address}"' in shown for address in addresses(refused))
        assert "SHA-256" not in shown

    def test_once_sent_it_says_when_and_with_which_hash(self, refused, sent, desk: Desk):
        shown = seen(desk.page(f"/cases/{refused.case.reference}"))
        assert f"SHA-256 {sent.document_sha256}" in shown

    def test_the_mail_names_what_was_attached(self, session, refused, sent, desk: Desk):
        (row,) = (one for one in rows_of(session, refused) if one.channel == Channel.MAIL)
        html = desk.page(f"/cases/{refused.case.reference}/mails/{row.id}")
        assert "f.pdf" in html
        assert f"SHA-256 {sent.document_sha256}" in html

    def test_the_pdf_is_the_one_that_was_sent(self, session, refused, sent, desk: Desk):
        kept = keep_pdf(sent)  # no more than read: it was kept before
        sent.parts = {**sent.parts, "facts": "Autre chose."}
        session.flush()
        answer = desk.get(addresses(refused)[0])
        assert answer.data == kept
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert refused.facts in read_pdf(answer.data)

    def test_the_page_may_do_nothing(self, refused, desk: Desk):
        answer = desk.get(addresses(refused)[1])
        assert refused.facts in answer.text
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy

    def test_a_case_without_statement_has_no_panel(self, session, desk: Desk):
        assert seen(desk.page(f"/cases/{claimed_by(session, desk).reference}")) == ""

    def test_a_replaced_one_stays_and_an_undone_one_does_not(self, session, refused, desk, lead):
        first, case = addresses(refused), refused.case
        act(lead, case, "override", action="reject", **refusal(session))
        session.refresh(case)
        by = current_decision(session, case)
        assert by is not refused
        shown = seen(lead.page(f"/cases/{case.reference}"))
        assert all(address in shown for address in first + addresses(by))
        act(lead, case, "undo")
        shown = seen(lead.page(f"/cases/{case.reference}"))
        assert all(address in shown for address in first)
        assert not any(address in shown for address in addresses(by))
        assert lead.get(addresses(by)[0]).status_code == 404


class TestWhoMayRead:
    def test_an_auditor_reads(self, refused, desk_of):
        auditor = desk_of("auditor")
        assert [auditor.get(one).status_code for one in addresses(refused)] == [200, 200]

    def test_who_may_not_read_the_queue_finds_nothing(self, refused, desk_of):
        support = desk_of("support")
        assert [support.get(one).status_code for one in addresses(refused)] == [404, 404]

    def test_nor_does_who_is_not_signed_in(self, refused, client):
        for address in addresses(refused):
            assert client.get(address).location.startswith("/login")

    def test_a_statement_is_found_under_its_own_case_alone(self, session, refused, desk: Desk):
        other = refused_by(session, desk.actor).case.reference
        for address in addresses(refused):
            assert desk.get(address.replace(refused.case.reference, other)).status_code == 404

    @pytest.mark.parametrize("number", ["0", "99999999999999999999999", "-1", "x"])
    def test_what_is_no_statement_is_not_there(self, refused, desk: Desk, number):
        for form in FORMS:
            address = f"/cases/{refused.case.reference}/statements/{number}.{form}"
            assert desk.get(address).status_code == 404


def test_an_appeal_s_page_leads_to_the_statement_it_contests(session, refused, sent, lead):
    appeal = appeal_against(session, refused)
    html = lead.page(f"/cases/{appeal.reference}")
    assert all(f'href="{address}"' in html for address in addresses(refused))
    assert f"SHA-256 {sent.document_sha256}" in html


@pytest.fixture
def foresee(session, app):
    """Return a function that looks at what an action would send."""

    def foresee(desk: Desk, case, name: str, data):
        with app.app_context():
            seen = preview(
                session, case.reference, name, actor=desk.actor, data=data, version=case.version
            )
            return seen.mails

    return foresee


class TestForeseen:
    def test_the_document_is_shown_word_for_word_as_it_will_be(self, session, app, desk, foresee):
        case = claimed_by(session, desk)
        data = refusal(session) | {"facts": "Radiée <b>hier</b> & aujourd’hui."}
        mail, document = foresee(desk, case, "reject", data)
        assert (mail.is_document, document.is_document) == (False, True)
        assert document.subject == f"exposé-des-motifs-{case.reference}.pdf"
        act(desk, case, "reject", **data, then="stay")
        session.refresh(case)
        decision = current_decision(session, case)
        pass_undo(session, decision)
        (statement,) = decision.statements
        with app.app_context():
            assert document.text == text_of(statement)

    def test_the_page_names_it_and_lays_it_out(self, session, desk: Desk):
        case, data = claimed_by(session, desk), refusal(session)
        html = act(desk, case, "preview/reject", **data).text
        assert f"exposé-des-motifs-{case.reference}.pdf" in html
        assert html.count("mail-text") == 2
        laid_out = act(desk, case, "preview/reject/2", **data)
        assert "<h1>Exposé des motifs</h1>" in laid_out.text
        assert "sandbox" in laid_out.headers["Content-Security-Policy"]

    def test_of_a_digest_it_comes_by_link(self, session, lead, foresee):
        case = make_listing(session, title="Théière").case
        lead.post(f"/cases/{case.reference}/claim")
        session.refresh(case)
        data = {**refusal(session, "listing_rights"), "facts": "La marque est protégée."}
        mail, document = foresee(lead, case, "reject", data)
        assert (mail.is_shared, document.is_shared) == (True, True)
        assert document.is_document
        shown = act(lead, case, "preview/reject", **data).text
        assert "par lien" in shown or "by link" in shown

    def test_an_approval_foresees_no_document(self, session, lead, foresee):
        case = make_listing(session).case
        lead.post(f"/cases/{case.reference}/claim")
        session.refresh(case)
        assert [one.is_document for one in foresee(lead, case, "approve", {})] == [False]
