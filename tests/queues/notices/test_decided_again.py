"""Decisions that take the place of another by other ways than an appeal."""

from datetime import timedelta

import pytest

from backoffice.core.clock import now
from backoffice.core.decision import DecisionState, current_decision
from backoffice.core.refusal import NotPossible
from tests.factories.appeal import act
from tests.factories.staff import make_staff
from tests.factories.upheld import suspension, upheld, uphold, warned


@pytest.fixture
def suspending(session, reported):
    """The form that suspends Anna besides one of her listings."""
    warned(session, reported.anna)
    until = (now() + timedelta(days=10)).date()
    measures = {reported.first: "suspend_listing", reported.anna: suspension(until)}
    return uphold(session, reported.notice, measures)


@pytest.fixture
def first(session, reported, moderator):
    """A decision that suspends one listing, and was told."""
    data = uphold(session, reported.notice, {reported.first: "suspend_listing"})
    return upheld(session, reported.case, data, moderator)


def test_a_reopened_case_confirmed_by_two_replaces_what_stood(
    session, reported, first, moderator, lead, suspending
):
    version = reported.first.version
    act(session, reported.case, "reopen", lead, {"facts": "Récidive."})
    held = act(session, reported.case, "uphold", moderator, suspending)
    assert (held.state, first.state) == (DecisionState.HELD, DecisionState.EXECUTED)
    act(session, reported.case, "confirm_hold", lead)
    assert (first.state, held.supersedes_id) == (DecisionState.SUPERSEDED, first.id)
    assert (reported.anna.status, reported.first.version) == ("suspended", version)
    act(session, reported.case, "undo", lead)
    assert (held.state, current_decision(session, reported.case)) == (DecisionState.HELD, first)
    assert (reported.anna.status, reported.first.status) == ("active", "suspended")


def test_an_override_never_does_alone_what_asks_for_two(session, reported, first, lead, suspending):
    with pytest.raises(NotPossible, match="second person"):
        act(session, reported.case, "override", lead, {"action": "uphold", **suspending})
    assert reported.anna.status == "active"


def test_an_override_that_leaves_a_suspension_asks_for_nobody(session, reported, decision):
    data = {name: value for name, value in decision.data.items() if name != "resolution"}
    target = reported.notice.targets[0]
    data[f"t{target.id}"] = {"outcome": "suspend_listing"}
    by = make_staff(session, role="lead").actor
    made = act(session, reported.case, "override", by, {"action": "uphold", **data})
    assert made.state == DecisionState.EXECUTED
    assert (reported.first.status, reported.anna.status) == ("suspended", "suspended")
