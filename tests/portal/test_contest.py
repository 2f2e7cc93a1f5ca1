"""Contesting from the link of a refusal, and following the appeal."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backoffice.core import clock
from backoffice.core.case import Case
from backoffice.core.decision import current_decision
from backoffice.core.files import Attachment
from backoffice.core.link import PortalLink
from backoffice.queues.appeals.model import Appeal
from tests.factories.appeal import (
    APPROVAL,
    OVERTURN,
    act,
    link_of,
    pass_undo,
    path_of,
    refused_by,
)
from tests.fakes.documents import pdf

WHY = "La gérante m’a donné mandat."


@pytest.fixture
def appeal(session, refused, contest_path, post):
    """The case of the appeal that was sent from the page."""
    post(contest_path, "contest", why=WHY)
    return session.scalars(select(Case).where(Case.queue == "appeals")).one()


class TestSending:
    def test_it_opens_an_appeal_and_says_so(self, client, session, refused, contest_path, post):
        answer = post(contest_path, "contest", why=WHY, files=(io.BytesIO(pdf()), "m.pdf"))
        assert (answer.status_code, answer.headers["Location"]) == (303, contest_path)
        case = session.scalars(select(Case).where(Case.queue == "appeals")).one()
        assert case.channel == "portal"
        kept = session.scalars(select(Attachment).where(Attachment.case_id == case.id)).one()
        assert (kept.filename, kept.uploaded_by) == ("m.pdf", "portal")
        shown = client.get(f"{contest_path}?lang=en").text
        assert case.reference in shown
        assert WHY in shown
        assert 'name="why"' not in shown

    def test_a_second_time_it_is_refused_and_the_words_kept(self, session, contest_path, post):
        post(contest_path, "contest", why=WHY)
        again = post(f"{contest_path}?lang=en", "contest", why="Encore.")
        assert again.status_code == 409
        assert "already contested" in again.text
        assert "Encore." in again.text
        assert session.scalar(select(func.count(Appeal.id))) == 1

    def test_it_must_say_why(self, session, contest_path, post):
        empty = post(f"{contest_path}?lang=en", "contest", why=" ")
        assert empty.status_code == 422
        assert "Write a sentence here." in empty.text
        assert session.scalar(select(func.count(Appeal.id))) == 0

    def test_a_wrong_document_keeps_the_text(self, session, contest_path, post):
        program = (io.BytesIO(b"MZ" + b"\0" * 99), "preuve.pdf")
        answer = post(f"{contest_path}?lang=en", "contest", why=WHY, files=program)
        assert answer.status_code == 422
        assert "This file is a program" in answer.text
        assert WHY in answer.text
        assert session.scalar(select(func.count(Appeal.id))) == 0

    def test_a_late_one_is_refused_with_the_other_ways(self, session, refused, contest_path, post):
        refused.appeal_until = clock.now() - timedelta(seconds=1)
        session.flush()
        late = post(f"{contest_path}?lang=en", "contest", why=WHY)
        assert late.status_code == 409
        for words in ("time to contest", "competent court", "mediators", WHY):
            assert words in late.text

    def test_a_replaced_decision_is_contested_by_its_own_link(
        self, client, session, refused, contest_path, post, lead
    ):
        by = act(session, refused.case, "override", lead, {"action": "approve", **APPROVAL})
        pass_undo(session, by)
        assert 'name="why"' not in client.get(contest_path).text
        old = post(f"{contest_path}?lang=en", "contest", why=WHY)
        assert old.status_code == 409
        assert "newer decision" in old.text
        assert post(path_of(link_of(session, by)), "contest", why=WHY).status_code == 303

    def test_a_link_that_only_answers(self, client, session, refused, contest_path, post):
        link_of(session, refused).scope = "answer"
        session.flush()
        assert (
            "open the link of the e-mail that told it" in client.get(f"{contest_path}?lang=en").text
        )
        assert post(contest_path, "contest", why=WHY).status_code == 404

    def test_two_parties_do_not_meet(self, client, session, moderator, contest_path, post):
        other = path_of(link_of(session, refused_by(session, moderator)))
        post(contest_path, "contest", why=WHY)
        assert WHY not in client.get(other).text
        assert post(other, "contest", why="Moi aussi.").status_code == 303
        assert "Moi aussi." not in client.get(contest_path).text


class TestFollowing:
    def test_the_appeal_has_a_page_of_its_own(self, client, session, appeal):
        link = session.scalars(select(PortalLink).where(PortalLink.case_id == appeal.id)).one()
        shown = client.get(f"{path_of(link)}?lang=en").text
        assert "We are examining your appeal" in shown
        assert WHY in shown

    def test_its_outcome_is_told_once_it_is_final(
        self, client, session, refused, contest_path, appeal, lead
    ):
        decision = act(session, appeal, "overturn", lead, OVERTURN)
        assert OVERTURN["facts"] not in client.get(contest_path).text
        pass_undo(session, decision, current_decision(session, refused.case))
        shown = client.get(f"{contest_path}?lang=en").text
        assert "Your registration is approved" in shown
        assert "Your appeal: our decision is reversed" in shown
        assert OVERTURN["facts"] in shown

    def test_an_undone_overturn_was_never_told(
        self, client, session, refused, contest_path, appeal, lead
    ):
        act(session, appeal, "overturn", lead, OVERTURN)
        act(session, appeal, "undo", lead)
        shown = client.get(f"{contest_path}?lang=en").text
        assert "Your registration is not approved" in shown
        assert "reversed" not in shown

    def test_the_outcome_cannot_be_contested_with_us_again(self, client, session, appeal, lead):
        decision = act(session, appeal, "confirm", lead, {"facts": "Le mandat est faux."})
        pass_undo(session, decision)
        shown = client.get(f"{path_of(link_of(session, decision))}?lang=en").text
        assert "Le mandat est faux." in shown
        assert "closes our internal procedure" in shown
        assert "out-of-court dispute settlement body" in shown
        assert 'name="why"' not in shown
