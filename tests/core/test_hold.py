"""Decisions that wait for a second person."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from backoffice.core.case import State
from backoffice.core.decision import DecisionState
from backoffice.core.outbox import OutboxMessage
from backoffice.core.queue import QUEUES, subject_of
from backoffice.core.refusal import Barred, NotFound, NotPossible
from backoffice.core.text import text
from tests.factories.staff import make_staff

WHY = text("Every approval here waits for a second person.")


@pytest.fixture(autouse=True)
def four_eyes(app):
    """Make approvals of registrations wait for a second person."""
    queue = QUEUES["registrations"]
    actions = tuple(
        replace(one, hold=lambda context: WHY) if one.name == "approve" else one
        for one in queue.actions
    )
    QUEUES["registrations"] = replace(queue, actions=actions)
    yield
    QUEUES["registrations"] = queue


@pytest.fixture
def held(case, moderator, act, approval_data):
    """A held approval."""
    return act(case, "approve", moderator, approval_data)


def test_nothing_takes_effect_while_held(session, case, held):
    assert (case.state, held.state) == (State.HELD, DecisionState.HELD)
    assert held.hold_reason["msgid"] == WHY.msgid
    assert subject_of(session, case).seller.status == "applicant"
    told = select(OutboxMessage).where(OutboxMessage.decision_id == held.id)
    assert session.scalars(told).all() == []


def test_a_second_person_lets_it_take_effect(session, case, held, lead, act):
    act(case, "confirm_hold", lead)
    assert (case.state, case.resolution) == (State.CLOSED, "approved")
    assert held.confirmed_by_id == lead.id
    assert subject_of(session, case).seller.status == "active"


def test_its_author_cannot_confirm_even_as_a_lead(session, case, act, approval_data):
    author = make_staff(session, role="lead").actor
    act(case, "approve", author, approval_data)
    with pytest.raises(Barred):
        act(case, "confirm_hold", author)


def test_a_moderator_cannot_confirm(case, held, session, act):
    other = make_staff(session, role="moderator").actor
    with pytest.raises(NotFound):
        act(case, "confirm_hold", other)


def test_sent_back_it_returns_to_its_author_with_a_word(case, held, moderator, lead, act):
    act(case, "send_back", lead, {"body": "Vérifiez l’adresse"})
    assert (case.state, case.assignee_id) == (State.OPEN, moderator.id)
    assert "sent_back" in case.flags
    assert held.state == DecisionState.CANCELLED


def test_its_author_withdraws_it(case, held, moderator, act):
    act(case, "cancel_hold", moderator)
    assert (case.state, held.state) == (State.OPEN, DecisionState.CANCELLED)


def test_a_colleague_does_not_withdraw_it(session, case, held, act):
    other = make_staff(session, role="moderator").actor
    with pytest.raises(NotPossible):
        act(case, "cancel_hold", other)


def test_undone_by_the_confirmer_it_waits_again(session, case, held, lead, moderator, act):
    act(case, "confirm_hold", lead)
    with pytest.raises(NotPossible):
        act(case, "undo", moderator)
    act(case, "undo", lead)
    assert (case.state, held.state) == (State.HELD, DecisionState.HELD)
    assert case.held_decision_id == held.id
    assert subject_of(session, case).seller.status == "applicant"
    act(case, "confirm_hold", lead)
    assert case.resolution == "approved"
