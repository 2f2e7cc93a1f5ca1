"""A reply answers, stops the clock and waits; undone, it is as if it had not been."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core import clock
from backoffice.core.case import QueueStay, State
from backoffice.core.clock import now
from backoffice.core.deadline import due_for
from backoffice.core.decide import decide
from backoffice.core.outbox import OutboxMessage
from backoffice.core.refusal import Invalid, Stale
from backoffice.core.search import matching
from backoffice.core.waiting import expire_waits
from backoffice.queues.tickets.thread import messages_of
from tests.factories.ticket import make_ticket

SAID = "Le virement est parti ce matin."


def resolution(session, ticket):
    return due_for(session, "tickets", "resolution", ticket.received_at)


def stay(session, case) -> QueueStay:
    return session.scalars(select(QueueStay).where(QueueStay.case_id == case.id)).one()


def test_the_first_reply_moves_the_case_to_its_second_clock(session, take):
    ticket, case, _ = make_ticket(session)
    take(case, "reply", body=SAID)
    due = resolution(session, ticket)
    assert (case.state, case.due_at, case.deadline_id) == ("waiting", due.due_at, due.deadline_id)
    assert case.warn_at == due.warn_at
    assert stay(session, case).due_at == due.due_at
    assert ticket.first_reply_at == case.paused_at
    assert [one.body for one in messages_of(session, ticket)][-1] == SAID


def test_pauses_before_the_first_reply_count_for_the_second_clock_too(session, take):
    ticket, case, _ = make_ticket(session)
    promised, paused_at = case.due_at, clock.OPENING.add(now(), timedelta())
    resumed_at = clock.OPENING.add(paused_at, timedelta(hours=3))
    case.due_at = clock.resume(promised, paused_at, resumed_at, clock.Unit.BUSINESS_HOURS)
    take(case, "reply", body=SAID)
    due = resolution(session, ticket).due_at
    assert clock.OPENING.between(due, case.due_at) == timedelta(hours=3)


def test_undo_takes_the_first_reply_back(session, take, support):
    ticket, case, _ = make_ticket(session)
    before = case.due_at, case.warn_at, case.deadline_id, stay(session, case).due_at
    decision = take(case, "reply", body=SAID)
    decide(session, case.reference, "undo", actor=support, data={}, version=case.version)
    after = case.due_at, case.warn_at, case.deadline_id, stay(session, case).due_at
    assert (case.state, ticket.first_reply_at, after) == (State.OPEN, None, before)
    assert [one.direction for one in messages_of(session, ticket)] == ["in"]
    mails = select(OutboxMessage.state).where(OutboxMessage.decision_id == decision.id)
    assert set(session.scalars(mails)) == {"cancelled"}


def test_undo_of_a_second_reply_leaves_the_first(session, take, support):
    ticket, case, _ = make_ticket(session)
    take(case, "reply", body=SAID)
    first, due_at = ticket.first_reply_at, case.due_at
    take(case, "reply", body="Il arrive demain.")
    decide(session, case.reference, "undo", actor=support, data={}, version=case.version)
    assert (ticket.first_reply_at, case.due_at, case.state) == (first, due_at, "waiting")
    assert [one.body for one in messages_of(session, ticket)][-1] == SAID


def test_without_an_answer_it_is_open_again(session, take):
    _, case, _ = make_ticket(session)
    take(case, "reply", body=SAID)
    case.waiting_until = now() - timedelta(minutes=1)
    session.flush()
    expire_waits(session)
    assert (case.state, case.paused_at) == (State.OPEN, None)
    assert "no_reply" in case.flags


def test_an_empty_reply_and_a_stale_one_send_nothing(session, take, answered):
    ticket, case, _ = make_ticket(session)
    with pytest.raises(Invalid):
        take(case, "reply", body=" ")
    version = case.version
    answered(ticket, case)
    with pytest.raises(Stale):
        take(case, "reply", version=version, body=SAID)
    assert [one.direction for one in messages_of(session, ticket)] == ["in", "in"]


def test_a_closing_text_answers_and_silence_does_not(session, take):
    for body, is_answered in ((SAID, True), ("", False)):
        ticket, case, _ = make_ticket(session)
        take(case, "solve", body=body)
        assert (case.resolution, ticket.first_reply_at is not None) == ("solved", is_answered)


def test_it_is_found_by_the_words_of_either_side(session, take):
    _, case, _ = make_ticket(session, body="Le remboursement tarde.")
    take(case, "reply", body="Il part à l’aube.")
    for word in ("remboursement", "aube"):
        assert session.scalars(select(type(case)).where(matching(word))).all() == [case]
