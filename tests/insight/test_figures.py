"""The dashboard's figures against cases whose fate is known."""

from datetime import timedelta

import pytest

from backoffice.core import clock
from backoffice.core.case import State
from backoffice.core.claim import claim
from backoffice.core.decide import decide
from backoffice.insight.people import team_today, todo
from backoffice.insight.queues import figures
from backoffice.insight.trends import ages, decisions_a_day, time_to_decide
from backoffice.queues.registrations.traceability import ITEMS
from tests.factories.registration import make_registration
from tests.factories.staff import make_staff, sign_in

QUEUE = "registrations"
APPROVAL = {f"trace_{i}": "verified" for i in ITEMS} | {f"why_{i}": "Vu." for i in ITEMS}


@pytest.fixture
def world(session, app):
    """Three open cases, one of them late and one paused, and one decided today."""
    late, paused, fresh, decided = (make_registration(session).case for _ in range(4))
    now = clock.now()
    late.due_at, late.received_at = now - timedelta(hours=3), now - timedelta(days=5)
    paused.due_at, paused.paused_at, paused.state = now - timedelta(hours=3), now, State.WAITING
    fresh.due_at = now + timedelta(days=9)
    moderator = make_staff(session, role="moderator")
    claim(session, decided, moderator.actor)
    decide(session, decided.reference, "approve", actor=moderator.actor, data=APPROVAL,
           version=decided.version)  # fmt: skip
    claim(session, fresh, moderator.actor)
    session.flush()
    return moderator


def test_a_queue_counts_open_and_late_but_never_a_paused_one_as_late(session, world):
    (row,) = figures(session, [QUEUE], clock.now() - timedelta(days=1))
    assert (row.open, row.late) == (3, 1)
    assert row.oldest > timedelta(days=4)
    assert row.on_time == 1
    assert row.median is not None


def test_a_queue_without_cases_shows_nothing_to_measure(session, app):
    (row,) = figures(session, ["appeals"], clock.now())
    assert row == type(row)("appeals")


def test_ages_add_up_to_the_open_cases(session, world):
    assert sum(ages(session, [QUEUE])[QUEUE]) == 3
    assert ages(session, [QUEUE])[QUEUE].late == 1


def test_decisions_are_counted_on_their_day_and_not_when_undone(session, world):
    since = clock.now() - timedelta(days=3)
    assert sum(number for _, number in decisions_a_day(session, [QUEUE], since)) == 1
    (week,) = time_to_decide(session, [QUEUE], since)
    assert week.median >= 0


def test_the_team_shows_who_holds_and_who_decided(session, world):
    (colleague,) = team_today(session)
    assert (colleague.name, colleague.held, colleague.decided) == (world.name, 1, 1)


def test_todo_counts_what_waits_for_the_person(session, world):
    mine = todo(session, world.actor, [QUEUE])
    assert (mine.held, mine.late, mine.to_confirm) == (1, 1, 0)


@pytest.mark.parametrize("period", ["30", "90", "365", "nonsense"])
def test_the_dashboard_shows_every_period(client, session, world, period):
    sign_in(client, session, world)
    page = client.get(f"/?period={period}")
    assert page.status_code == 200
    assert page.text.count("<figure") == 4


def test_a_role_without_queues_gets_a_page_that_says_so(client, session):
    sign_in(client, session, make_staff(session, role="admin"))
    assert "<figure" not in client.get("/").text


def test_metrics_ask_for_their_own_token(client, session, world, settings):
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer x"}).status_code == 404
    token = settings.metrics_token.get_secret_value()
    page = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert 'backoffice_cases{late="yes",queue="registrations"} 1.0' in page.text
    assert 'backoffice_outbox{channel="mail",state="pending"}' in page.text
