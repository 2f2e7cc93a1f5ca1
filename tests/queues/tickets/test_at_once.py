"""Two people at the same moment, in a database that really commits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import sessionmaker

from backoffice.core.decide import decide
from backoffice.core.refusal import Refused
from backoffice.core.work import WorkSession, unit_of_work
from backoffice.queues.tickets.model import Ticket
from tests.factories.staff import make_staff
from tests.factories.ticket import make_ticket

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def open_session(fresh_database):
    engine = create_engine(fresh_database)
    yield sessionmaker(engine, class_=WorkSession, expire_on_commit=False)
    engine.dispose()


def test_of_two_crossed_mergers_one_succeeds(open_session):
    with open_session() as session, unit_of_work(session):
        first = make_ticket(session)
        second = make_ticket(session, first.ticket.requester)
        cases = [(one.case.reference, one.case.version) for one in (first, second)]
        people = [make_staff(session, role="support").actor for _ in range(2)]
        for one, person in zip((first, second), people, strict=True):
            one.case.holder_id, one.case.lease_until = person.id, one.case.due_at
    both = Barrier(2, timeout=60)

    def merge(person, case, other) -> bool:
        with open_session() as session:
            try:
                with unit_of_work(session):
                    both.wait()
                    decide(session, case[0], "merge", actor=person, data={"into": other[0]},
                           version=case[1])  # fmt: skip
            except Refused:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(merge, people, cases, reversed(cases)))
    assert sorted(done) == [False, True]
    with open_session() as session:
        merged = session.scalars(select(Ticket).where(Ticket.merged_into_id.is_not(None))).all()
        assert len(merged) == 1
