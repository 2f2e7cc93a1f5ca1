"""A party that does not answer in time."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core.audit import AuditEntry
from backoffice.core.case import CaseEvent, State
from backoffice.core.claim import claim
from backoffice.core.clock import now
from backoffice.core.decide import decide
from backoffice.core.waiting import expire_waits


@pytest.fixture
def asked(session, make_case, moderator):
    """Return a case that waits for an answer until a week from now."""
    make_case()
    case = make_case()
    claim(session, case, moderator)
    until = (now() + timedelta(days=7)).date()
    decide(session, case.reference, "request_info", actor=moderator, version=case.version,
           data={"question": "Quel est le SIRET ?", "until": until.isoformat()})  # fmt: skip
    return case


def let_pass(session, case, **ago) -> None:
    """Move everything about the waiting into the past."""
    case.waiting_until, case.paused_at = now() - timedelta(minutes=1), now() - timedelta(**ago)
    session.flush()


def test_a_case_still_waits_until_its_date(session, asked):
    assert expire_waits(session) == 0
    assert asked.state == State.WAITING


def test_then_it_reopens_for_who_asked(session, asked, moderator):
    version = asked.version
    let_pass(session, asked, days=7)
    due_at = asked.due_at
    assert expire_waits(session) == 1
    assert asked.state == State.OPEN
    assert asked.flags == ["no_reply"]
    assert asked.assignee_id == moderator.id
    assert (asked.waiting_for, asked.waiting_until, asked.paused_at) == (None, None, None)
    assert asked.due_at > due_at
    assert asked.version == version


def test_it_is_told_and_audited_once(session, asked):
    let_pass(session, asked, days=7)
    assert [expire_waits(session), expire_waits(session)] == [1, 0]
    session.flush()
    told = select(CaseEvent).where(CaseEvent.case_id == asked.id, CaseEvent.verb == "no_reply")
    assert len(session.scalars(told).all()) == 1
    audited = select(AuditEntry.verb).where(AuditEntry.stream == asked.stream)
    assert session.scalars(audited).all().count("registration.no_reply") == 1
