"""What counts once when it is sent twice at the same moment, in a database that really commits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import sessionmaker

from backoffice.core import clock
from backoffice.core.answer import answer
from backoffice.core.case import Case, CaseEvent
from backoffice.core.decision import Decision
from backoffice.core.permissions import Actor
from backoffice.core.refusal import NotPossible
from backoffice.core.request import InfoRequest
from backoffice.core.work import WorkSession, unit_of_work
from backoffice.queues.appeals.model import Appeal
from tests.factories.appeal import (
    act,
    appeal_against,
    pass_undo,
    refused_by,
    registration_case,
)
from tests.factories.staff import make_staff

pytestmark = pytest.mark.usefixtures("app")
TIMES = 6


@pytest.fixture
def open_session(fresh_database):
    engine = create_engine(fresh_database, pool_size=TIMES + 1)
    yield sessionmaker(engine, class_=WorkSession, expire_on_commit=False)
    engine.dispose()


@pytest.fixture
def at_once(open_session):
    """Return a function that does the same in several sessions at once, and says what it gave."""

    def attempt(work):
        try:
            with open_session() as session, unit_of_work(session):
                work(session)
        except NotPossible:
            return "refused"
        return "taken"

    def at_once(work):
        with ThreadPoolExecutor(TIMES) as pool:
            return sorted(pool.map(attempt, [work] * TIMES))

    return at_once


def test_an_answer(open_session, at_once):
    with open_session() as session, unit_of_work(session):
        case = registration_case(session)
        moderator = make_staff(session, role="moderator").actor
        until = (clock.now() + timedelta(days=7)).date()
        asked = act(session, case, "request_info", moderator, {"question": "Qui ?", "until": until})
        pass_undo(session, asked)
        asked_id, case_id = session.scalars(select(InfoRequest.id)).one(), case.id

    def send(session):
        answer(
            session,
            session.get_one(Case, case_id),
            session.get_one(InfoRequest, asked_id),
            actor=Actor("party", 1, "Jeanne"),
            body="Moi.",
            corrections={},
        )

    assert at_once(send) == ["refused"] * (TIMES - 1) + ["taken"]
    with open_session() as session:
        lines = select(func.count()).where(CaseEvent.verb == "answered")
        assert session.scalar(lines) == 1


def test_an_appeal(open_session, at_once):
    with open_session() as session, unit_of_work(session):
        decision_id = refused_by(session, make_staff(session, role="moderator").actor).id

    def send(session):
        appeal_against(session, session.get_one(Decision, decision_id))

    assert at_once(send) == ["refused"] * (TIMES - 1) + ["taken"]
    with open_session() as session:
        assert session.scalar(select(func.count(Appeal.id))) == 1
