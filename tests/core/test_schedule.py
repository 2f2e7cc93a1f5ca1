"""Runs of periodic jobs: one row each."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from backoffice.core.clock import now
from backoffice.core.schedule import KEPT, ScheduleRun, begin_run, forget_runs

PERIOD = datetime(2026, 6, 9, 8, tzinfo=UTC)


def test_a_run_is_begun_once_per_period(session):
    assert begin_run(session, "digest", PERIOD)
    assert not begin_run(session, "digest", PERIOD)
    assert begin_run(session, "digest", PERIOD + timedelta(hours=1))
    assert begin_run(session, "another", PERIOD)


def test_a_run_that_failed_is_begun_again(session):
    savepoint = session.begin_nested()
    assert begin_run(session, "digest", PERIOD)
    savepoint.rollback()
    assert begin_run(session, "digest", PERIOD)


def test_runs_of_long_ago_are_forgotten(session):
    begin_run(session, "digest", now() - KEPT - timedelta(days=1))
    begin_run(session, "digest", now())
    forget_runs(session)
    assert len(session.scalars(select(ScheduleRun)).all()) == 1
