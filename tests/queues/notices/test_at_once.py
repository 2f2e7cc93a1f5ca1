"""The same notice sent several times at the same moment, in a database that really commits."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import sessionmaker

from backoffice.core.case import Case
from backoffice.core.permissions import SYSTEM
from backoffice.core.work import WorkSession, unit_of_work
from backoffice.marketplace.notifier import Notifier
from backoffice.marketplace.right import Right
from backoffice.queues.notices.form import NoticeForm
from backoffice.queues.notices.model import Notice
from backoffice.queues.notices.receive import receive
from tests.factories.notice import make_online, notice_body

pytestmark = pytest.mark.usefixtures("app")
TIMES = 6


@pytest.fixture
def open_session(fresh_database):
    engine = create_engine(fresh_database, pool_size=TIMES + 1)
    yield sessionmaker(engine, class_=WorkSession, expire_on_commit=False)
    engine.dispose()


def test_it_is_one_case_and_none_is_lost(open_session):
    with open_session() as session, unit_of_work(session):
        body = notice_body(make_online(session))

    def send(_number: int) -> bool:
        with open_session() as session, unit_of_work(session):
            form = NoticeForm.model_validate(body)
            return receive(session, form, actor=SYSTEM, channel="report").is_repeat

    with ThreadPoolExecutor(TIMES) as pool:
        repeats = sorted(pool.map(send, range(TIMES)))
    assert repeats == [False] + [True] * (TIMES - 1)
    with open_session() as session:
        (notice,) = session.scalars(select(Notice)).all()
        assert notice.repeats == TIMES - 1
        cases = select(func.count()).select_from(Case).where(Case.queue == "notices")
        assert session.scalar(cases) == 1
        assert [session.scalar(select(func.count(one.id))) for one in (Notifier, Right)] == [1, 1]
