"""Decisions that wait for a second person, and the pile of one's own cases."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from backoffice.core.case import State
from backoffice.core.decision import Decision, DecisionState
from backoffice.core.queue import QUEUES
from backoffice.core.text import text
from tests.desk.cases import act, claimed_by, forms, make_case, refusal
from tests.desk.conftest import Desk


@pytest.fixture
def held_case(session, desk_of, monkeypatch):
    """A refusal that waits for a second person, and who proposed it."""
    queue = QUEUES["registrations"]
    held = replace(queue.action("reject"), hold=lambda context: text("Linked accounts."))
    actions = tuple(held if one.name == "reject" else one for one in queue.actions)
    monkeypatch.setitem(QUEUES, queue.slug, replace(queue, actions=actions))
    desk = desk_of()
    case = claimed_by(session, desk)
    act(desk, case, "reject", **refusal(session))
    session.refresh(case)
    return desk, case


def test_a_second_person_confirms(session, desk_of, held_case):
    proposer, case = held_case
    page = proposer.page(f"/cases/{case.reference}")
    assert "confirm_hold" not in forms(page)
    assert "cancel_hold" in forms(page)
    lead = desk_of("lead")
    shown = forms(lead.page(f"/cases/{case.reference}"))
    assert {"confirm_hold", "send_back", "cancel_hold"} <= set(shown)
    previewed = act(lead, case, "preview/confirm_hold")
    assert previewed.status_code == 200
    session.refresh(case)
    assert case.state == State.HELD
    assert act(lead, case, "confirm_hold").status_code == 303
    session.refresh(case)
    assert case.state == State.CLOSED
    decision = session.scalars(select(Decision)).one()
    assert decision.state == DecisionState.EXECUTED


def test_a_proposal_may_be_sent_back(session, desk_of, held_case):
    proposer, case = held_case
    lead = desk_of("lead")
    assert act(lead, case, "send_back", body="Relisez la pièce 2").status_code == 303
    page = proposer.page("/mine")
    assert case.reference in re.search(r'id="pile-sent_back".*?</article>', page, re.S)[0]
    assert "Relisez la pièce 2" in proposer.page(f"/cases/{case.reference}")


def pile(desk: Desk, name: str) -> str:
    """What one pile of a person's cases shows."""
    found = re.search(rf'id="pile-{name}".*?</article>', desk.page("/mine"), re.S)
    return found[0] if found else ""


def test_what_waits_for_me_to_confirm_is_mine(session, desk_of, held_case):
    proposer, case = held_case
    lead, moderator = desk_of("lead"), desk_of()
    assert case.reference in pile(lead, "confirm")
    assert case.reference not in moderator.page("/mine")
    assert case.reference not in pile(proposer, "confirm")


def test_my_cases_are_what_i_hold_what_was_answered_and_what_was_assigned(session, desk_of):
    desk, other = desk_of(), desk_of()
    held, theirs = claimed_by(session, desk), claimed_by(session, other)
    answered, assigned = make_case(session), make_case(session)
    answered.assignee_id = assigned.assignee_id = desk.staff.id
    answered.flag("answered")
    session.flush()
    assert held.reference in pile(desk, "held")
    assert answered.reference in pile(desk, "answered")
    assert assigned.reference in pile(desk, "assigned")
    assert answered.reference not in pile(desk, "assigned")
    assert theirs.reference not in desk.page("/mine")


def test_an_empty_desk_says_what_is_next(desk):
    assert "pile-" not in desk.page("/mine")
