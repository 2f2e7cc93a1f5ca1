"""Who may judge an appeal: a lead who took no part in the decision."""

from datetime import timedelta

import pytest

from backoffice.core import clock
from backoffice.core.claim import claim, claim_next
from backoffice.core.refusal import Barred, NotFound
from backoffice.queues.appeals.contest import deciders
from tests.factories.appeal import (
    APPROVAL,
    act,
    appeal_against,
    pass_undo,
    refusal,
    refused_by,
    registration_case,
)
from tests.factories.staff import make_staff

pytestmark = pytest.mark.usefixtures("app")


class TestWhoJudges:
    def test_a_moderator_does_not_see_it(self, session, appeal):
        with pytest.raises(NotFound):
            claim(session, appeal, make_staff(session, role="moderator").actor)

    def test_who_decided_may_not_take_it(self, session):
        judge = make_staff(session, roles=("lead", "moderator")).actor
        appeal = appeal_against(session, refused_by(session, judge))
        with pytest.raises(Barred):
            claim(session, appeal, judge)
        assert claim_next(session, "appeals", judge) is None

    def test_another_lead_may(self, session, appeal, lead):
        assert claim_next(session, "appeals", lead) is appeal

    def test_those_whose_decision_was_replaced_are_barred_too(self, session, refused, lead):
        by = act(session, refused.case, "override", lead, {"action": "approve", **APPROVAL})
        pass_undo(session, by)
        assert set(appeal_against(session, by).barred) == {refused.actor_id, lead.id}

    def test_asking_for_information_bars_nobody(self, session, moderator):
        asker = make_staff(session, role="moderator").actor
        case = registration_case(session)
        until = (clock.now() + timedelta(days=7)).date()
        act(session, case, "request_info", asker, {"question": "Pourquoi ?", "until": until})
        case.state = "open"
        decision = act(session, case, "reject", moderator, refusal(session))
        assert deciders(session, decision.case) == (moderator.id,)

    def test_who_overrode_the_decision_meanwhile_may_not_judge(self, session, refused, appeal):
        one, other = (make_staff(session, role="lead").actor for _ in range(2))
        act(session, refused.case, "override", one, {"action": "approve", **APPROVAL})
        with pytest.raises(Barred):
            act(session, appeal, "confirm", one, {"facts": "Non."})
        appeal.release_lease()
        assert act(session, appeal, "confirm", other, {"facts": "Non."})
