"""What the tests of the portal share: a browser, cases, and the links that their mails carry."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backoffice.core import clock
from backoffice.core.base import Base
from tests.factories.appeal import act, link_of, pass_undo, path_of, refused_by
from tests.factories.registration import make_registration
from tests.factories.staff import make_staff, submit
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]


@pytest.fixture
def moderator(session, app):
    return make_staff(session, role="moderator").actor


@pytest.fixture
def lead(session, app):
    return make_staff(session, role="lead").actor


@pytest.fixture
def case(session, files_dir, app):
    """A registration that waits, with a company extract."""
    return make_registration(session).case


@pytest.fixture
def ask(session, case, moderator):
    """Return a function that asks the seller for something, for good; it returns the address."""

    def ask(*fields: str, question: str = "Qui dirige la société ?") -> str:
        until = (clock.now() + timedelta(days=7)).date()
        data = {"question": question, "until": until, "fields": list(fields)}
        decision = act(session, case, "request_info", moderator, data)
        pass_undo(session, decision)
        return path_of(link_of(session, decision))

    return ask


@pytest.fixture
def refused(session, moderator):
    """A registration that was refused for good."""
    return refused_by(session, moderator)


@pytest.fixture
def contest_path(session, refused):
    """The address in the mail of that refusal."""
    return path_of(link_of(session, refused))


@pytest.fixture
def post(client, session):
    """Return a function that sends one of a page's forms; afterwards everything is read anew."""

    def post(path: str, do: str, **fields):
        shown = client.get(path).get_data(as_text=True)
        if found := re.search(r'name="request" value="(\d+)"', shown):
            fields.setdefault("request", found[1])
        answer = submit(client, path, do=do, **fields)
        answer.request.environ["wsgi.input"].close()  # a large body lies in a file
        session.expire_all()
        return answer

    return post


@pytest.fixture
def everything(session):
    """Return a function that tells what the database holds: rows by table, versions of cases."""

    def everything() -> dict:
        session.flush()
        counts = {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }
        cases = session.execute(select(Base.metadata.tables["cases"]).order_by("id")).all()
        return {**counts, "cases": [tuple(row)[:7] + tuple(row)[8:] for row in cases]}

    return everything
