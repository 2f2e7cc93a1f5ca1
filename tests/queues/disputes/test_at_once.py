"""Two people who refund the same dispute at the same moment, in a database that really commits."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import sessionmaker

from backoffice.billing.refund import Refund
from backoffice.core.decide import decide
from backoffice.core.refusal import Refused
from backoffice.core.work import WorkSession, unit_of_work
from tests.factories.dispute import make_dispute, refunding
from tests.factories.staff import make_staff

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def open_session(fresh_database):
    engine = create_engine(fresh_database)
    yield sessionmaker(engine, class_=WorkSession, expire_on_commit=False)
    engine.dispose()


def test_the_buyer_is_refunded_once(open_session):
    with open_session() as session, unit_of_work(session):
        case = make_dispute(session).case
        data, version, reference = refunding(session, case), case.version, case.reference
        people = [make_staff(session, role="lead").actor for _ in range(2)]
        case.holder_id = None

    def refund(person) -> bool:
        with open_session() as session:
            try:
                with unit_of_work(session):
                    decide(session, reference, "refund", actor=person, data=data, version=version,
                           over=True)  # fmt: skip
            except Refused:
                return False
        return True

    with open_session() as session, unit_of_work(session):
        act_on = session.get(type(case), case.id)
        act_on.holder_id = people[0].id
        act_on.lease_until = act_on.due_at
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(refund, [*people, *people]))
    assert sorted(done) == [False, False, False, True]
    with open_session() as session:
        assert len(session.scalars(select(Refund)).all()) == 1
