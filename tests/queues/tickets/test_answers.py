"""What the requester writes next: it opens the case again, goes where it was merged, or begins
anew.
"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core import clock
from backoffice.core.audit import verify
from backoffice.core.case import CaseLink, State
from backoffice.core.claim import claim
from backoffice.core.clock import now
from backoffice.core.refusal import Stale
from backoffice.queues.tickets.model import Ticket
from backoffice.queues.tickets.thread import case_of, messages_of
from tests.factories.ticket import make_ticket

SAID = "Le virement est parti ce matin."


def test_it_gives_the_case_back_to_who_replied(session, take, answered, support):
    ticket, case, _ = make_ticket(session)
    take(case, "reply", body=SAID)
    version = case.version
    answered(ticket, case)
    assert (case.state, case.assignee_id, case.paused_at) == (State.OPEN, support.id, None)
    assert case.version == version + 1
    assert "answered" in case.flags
    assert list(verify(session)) == []


def test_while_somebody_holds_it_makes_the_open_page_stale(session, take, answered, support):
    ticket, case, _ = make_ticket(session)
    claim(session, case, support)
    version = case.version
    answered(ticket, case)
    assert case.is_held_by(support.id)
    with pytest.raises(Stale):
        take(case, "solve", version=version, body="")


def test_a_solved_ticket_is_open_again_with_the_time_that_was_left(session, take, answered):
    ticket, case, _ = make_ticket(session)
    take(case, "solve", body=SAID)
    case.closed_at -= timedelta(days=20)
    left = clock.OPENING.between(case.closed_at, case.due_at)
    answered(ticket, case)
    assert (case.state, case.resolution, case.closed_at) == (State.OPEN, None, None)
    assert abs(clock.OPENING.between(now(), case.due_at) - left) < timedelta(minutes=1)


def test_solved_again_its_first_text_stays(session, take, answered):
    ticket, case, _ = make_ticket(session)
    take(case, "solve", body=SAID)
    answered(ticket, case)
    take(case, "solve", body="C’est réglé.")
    said = [one.body for one in messages_of(session, ticket) if one.direction == "out"]
    assert said == [SAID, "C’est réglé."]
    assert case.resolution == "solved"


def test_too_late_it_begins_a_new_ticket(session, take, answered):
    ticket, case, _ = make_ticket(session)
    take(case, "solve", body="")
    case.closed_at -= timedelta(days=40)
    message = answered(ticket, case)
    new = session.get_one(Ticket, message.ticket_id)
    link = session.scalars(select(CaseLink)).one()
    assert (link.from_id, link.to_id, link.relation) == (case.id, case_of(session, new).id,
                                                         "earlier")  # fmt: skip
    assert (new.subject, new.requester, case.state) == (ticket.subject, ticket.requester, "closed")


def test_what_a_program_wrote_changes_nothing_but_the_thread(session, take, answered):
    ticket, case, _ = make_ticket(session)
    take(case, "reply", body=SAID)
    version = case.version
    message = answered(ticket, case, body="Absent.", is_automatic=True, channel="email")
    assert (case.state, case.version, message.is_automatic) == ("waiting", version, True)
    take(case, "solve", body="")
    answered(ticket, case, body="Absent.", is_automatic=True, channel="email")
    assert case.state == State.CLOSED


def test_to_a_merged_ticket_it_goes_on_in_the_other(session, take, answered):
    ticket, case, _ = make_ticket(session)
    other, target, _ = make_ticket(session, ticket.requester)
    last, _, _ = make_ticket(session, ticket.requester)
    take(case, "merge", into=target.reference)
    take(target, "merge", into=case_of(session, last).reference)
    assert answered(ticket, case).ticket_id == last.id
    assert {one.ticket_id for one in messages_of(session, last)} == {ticket.id, other.id, last.id}
