"""Appeals whose own decision is replaced, or waits for a second person."""

from dataclasses import replace

import pytest

from backoffice.core.decision import Decision, DecisionState, current_decision
from backoffice.core.queue import register, subject_of
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.queues import REGISTRY
from tests.factories.appeal import (
    OVERTURN,
    act,
    pass_undo,
    refusal,
    rows_of,
)
from tests.factories.staff import make_staff

pytestmark = pytest.mark.usefixtures("app")


class TestOverridingAnAppeal:
    """Long after: both decisions were told, so the first one is made anew and told again."""

    @pytest.fixture
    def overturned(self, session, refused, appeal, lead):
        decision = act(session, appeal, "overturn", lead, OVERTURN)
        pass_undo(session, decision, current_decision(session, refused.case))
        return decision

    def test_the_first_decision_is_made_anew(self, session, refused, appeal, overturned):
        other = make_staff(session, role="lead").actor
        act(session, appeal, "override", other, {"action": "confirm", "facts": "Faux mandat."})
        again = current_decision(session, refused.case)
        assert (appeal.resolution, refused.case.resolution) == ("confirmed", "rejected")
        assert (again.action, again.facts) == ("reject", refused.facts)
        assert {row.event for row in rows_of(session, again)} == {"registration.rejected"}
        assert subject_of(session, refused.case).seller.status == "refused"

    def test_and_that_is_undone_as_one(self, session, refused, appeal, overturned):
        other = make_staff(session, role="lead").actor
        act(session, appeal, "override", other, {"action": "confirm", "facts": "Faux mandat."})
        act(session, appeal, "undo", other)
        assert (appeal.resolution, refused.case.resolution) == ("overturned", "approved")
        assert subject_of(session, refused.case).seller.status == "active"

    def test_a_confirmed_one_is_overturned_by_override(self, session, refused, appeal, lead):
        pass_undo(session, act(session, appeal, "confirm", lead, {"facts": "Non."}))
        other = make_staff(session, role="lead").actor
        act(session, appeal, "override", other, {"action": "overturn", **OVERTURN})
        assert (appeal.resolution, refused.case.resolution) == ("overturned", "approved")
        act(session, appeal, "undo", other)
        assert (appeal.resolution, refused.case.resolution) == ("confirmed", "rejected")

    def test_not_when_the_first_case_was_decided_again(self, session, refused, appeal, overturned):
        one, other = (make_staff(session, role="lead").actor for _ in range(2))
        act(session, refused.case, "override", one, {"action": "reject", **refusal(session)})
        with pytest.raises(NotPossible, match="decided again"):
            act(session, appeal, "override", other, {"action": "confirm", "facts": "Non."})


class TestHeld:
    """An action that asks for a second person asks for one on appeal too."""

    @pytest.fixture
    def two_persons_approve(self):
        first, *others = REGISTRY
        actions = tuple(
            replace(one, hold=lambda context: text("Two must agree."))
            if one.name == "approve"
            else one
            for one in first.actions
        )
        register((replace(first, actions=actions), *others))
        yield
        register(REGISTRY)

    def test_a_third_person_confirms(self, session, refused, appeal, two_persons_approve):
        one, other = (make_staff(session, role="lead").actor for _ in range(2))
        decision = act(session, appeal, "overturn", one, OVERTURN)
        assert (decision.state, appeal.state) == (DecisionState.HELD, "held")
        assert refused.case.resolution == "rejected"
        act(session, appeal, "confirm_hold", other)
        assert refused.case.resolution == "approved"
        act(session, appeal, "undo", other)
        assert (appeal.state, refused.case.resolution) == ("held", "rejected")

    def test_decisions_stay_few(self, session, refused, appeal, two_persons_approve, lead):
        act(session, appeal, "overturn", lead, OVERTURN)
        assert session.scalars(Decision.of_case(refused.case)).all() == [refused]
