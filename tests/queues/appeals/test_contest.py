"""Contesting: what may be contested, once, in time; and the case that it opens."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core import clock
from backoffice.core.case import CaseLink
from backoffice.core.decision import Statement
from backoffice.core.outbox import OutboxMessage
from backoffice.core.party import Party
from backoffice.core.queue import subject_of
from backoffice.core.refusal import NotPossible
from backoffice.core.search import search
from backoffice.queues.appeals.contest import contest
from tests.factories.appeal import (
    APPROVAL,
    act,
    appeal_against,
    pass_undo,
    refusal,
    registration_case,
)

pytestmark = pytest.mark.usefixtures("app")


class TestContesting:
    def test_an_appeal_opens_a_case_of_its_own(self, session, refused, appeal, moderator):
        first, subject = refused.case, subject_of(session, appeal)
        assert appeal.reference.startswith("APP-")
        assert appeal.seller_id == first.seller_id
        assert appeal.barred == [moderator.id]
        assert subject.decision is refused
        assert subject.text == "La gérante est ma mère."
        assert session.get(CaseLink, (first.id, appeal.id)).relation == "appeal"
        assert "appealed" in first.flags

    def test_it_is_due_ten_business_days_later(self, appeal):
        due = clock.add(appeal.received_at, 10, clock.Unit.BUSINESS_DAYS)
        assert appeal.due_at == due

    def test_a_page_of_the_first_case_opened_earlier_is_stale(self, session, refused):
        before = refused.case.version
        appeal_against(session, refused)
        assert refused.case.version == before + 1

    def test_a_receipt_is_owed_with_a_link_to_the_appeal(self, session, refused, appeal):
        mail = session.scalars(
            select(OutboxMessage).where(OutboxMessage.event == "appeal.received")
        ).one()
        assert mail.case_id == appeal.id
        assert mail.payload["about"] == refused.case.reference
        assert mail.payload["portal"]

    def test_it_is_found_by_what_names_the_first_case(self, session, refused, appeal):
        siren = subject_of(session, refused.case).siren
        for sought in (siren, refused.case.reference):
            assert appeal in session.scalars(search(sought, ["appeals"])).all()

    def test_a_party_contests_once(self, session, refused, appeal):
        with pytest.raises(NotPossible, match="already contested"):
            appeal_against(session, refused)

    def test_another_party_that_it_hits_may_contest_the_same(self, session, refused, appeal):
        other = Party("buyer", 7, "Ana", "ana@example.com", "en")
        said = {"recipient_kind": "buyer", "recipient_id": 7, "locale": "en", "sha256": ""}
        refused.statements.append(Statement(parts={}, **said))
        second = contest(session, refused, other, "I bought there.")
        assert second.reference != appeal.reference
        assert subject_of(session, second).locale == "en"

    def test_who_is_told_of_no_measure_has_nothing_to_contest(self, session, refused):
        other = Party("buyer", 7, "Ana", "ana@example.com", "en")
        with pytest.raises(NotPossible, match="nothing to contest"):
            contest(session, refused, other, "I bought there.")

    def test_what_may_still_be_undone_cannot_be_contested(self, session, moderator):
        case = registration_case(session)
        decision = act(session, case, "reject", moderator, refusal(session))
        with pytest.raises(NotPossible, match="examining this case"):
            appeal_against(session, decision)

    def test_a_late_appeal_is_refused(self, session, refused):
        refused.appeal_until = clock.now() - timedelta(seconds=1)
        with pytest.raises(NotPossible, match="has passed"):
            appeal_against(session, refused)

    def test_a_decision_that_was_replaced_cannot_be_contested(self, session, refused, lead):
        by = act(session, refused.case, "override", lead, {"action": "approve", **APPROVAL})
        pass_undo(session, by)
        with pytest.raises(NotPossible, match="newer decision"):
            appeal_against(session, refused)

    def test_a_reopened_case_cannot_be_contested(self, session, refused, lead):
        act(session, refused.case, "reopen", lead, {"facts": "Encore."})
        with pytest.raises(NotPossible, match="examining this case"):
            appeal_against(session, refused)

    def test_an_appeal_s_own_decision_cannot_be_contested(self, session, appeal, lead):
        decision = act(session, appeal, "confirm", lead, {"facts": "Rien de neuf."})
        pass_undo(session, decision)
        with pytest.raises(NotPossible, match="internal procedure"):
            appeal_against(session, decision)
