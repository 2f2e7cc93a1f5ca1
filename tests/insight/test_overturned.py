"""How often decisions are overturned: counted over appeals whose fate is known."""

from datetime import timedelta

import pytest

from backoffice.core.clock import now
from backoffice.core.permissions import ROLES
from backoffice.insight.overturned import overturned
from backoffice.staff.model import Staff
from tests.factories.appeal import OVERTURN, act, amendment, appeal_against, refused_by
from tests.factories.staff import make_staff, sign_in
from tests.workbook import rows_of


@pytest.fixture
def judged(session, app):
    """One moderator decided three times: confirmed, overturned, amended; another waits."""
    moderator, other = (make_staff(session, role="moderator") for _ in range(2))
    lead = make_staff(session, role="lead").actor
    ends = ("confirm", {"facts": "Non."}), ("overturn", OVERTURN), ("amend", amendment(session))
    for name, data in ends:
        act(
            session, appeal_against(session, refused_by(session, moderator.actor)), name, lead, data
        )
    appeal_against(session, refused_by(session, other.actor))
    session.flush()
    return moderator


def tables(app, session, days=30):
    with app.test_request_context("/?lang=en"):
        found = overturned(session, now() - timedelta(days=days))
    return {
        one.name: {getattr(row.label, "msgid", row.label): row.values for row in one.rows}
        for one in found
    }


def test_by_queue_by_reason_by_who_decided(app, session, judged):
    found = tables(app, session)
    share = [3, 2, 2 / 3]
    assert found["queues"] == {"Registrations": share}
    assert list(found["reasons"].values()) == [share]
    assert found["deciders"] == {judged.name: share}


def test_what_was_judged_before_the_period_is_left_out(app, session, judged):
    assert tables(app, session, days=-1) == {"queues": {}, "reasons": {}, "deciders": {}}


def test_only_a_lead_reads_it_as_a_page_and_as_a_file(client, session, judged):
    for role in ROLES:
        sign_in(client, session, make_staff(session, role=role))
        for path in ("/insight/overturned", "/insight/overturned.csv", "/insight/overturned.xlsx"):
            assert client.get(path).status_code == (200 if role == "lead" else 404), (role, path)


def test_the_page_names_the_person_and_the_share(client, session, judged):
    sign_in(client, session, make_staff(session, role="lead"))
    page = client.get("/insight/overturned?period=30&lang=en").text
    name = session.get_one(Staff, judged.id).name
    for words in (name, "67%", "/insight/overturned.csv?period=30"):
        assert words in page
    answer = client.get("/insight/overturned.csv?period=30&lang=en")
    assert f"By who decided;{name};Overturned or amended;2" in answer.text
    rows = rows_of(client.get("/insight/overturned.xlsx?period=30&lang=en").data)
    assert ["By who decided", name, "Overturned or amended", 2] in rows
