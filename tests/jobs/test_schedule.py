"""What runs by itself: once per period, whatever fails and however many schedulers there are."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from backoffice.core.schedule import ScheduleRun
from jobs import schedule
from jobs.schedule import SCHEDULE, Periodic, Scheduler, period_of, resolve, run

ran: list[str] = []
MINUTE = timedelta(minutes=1)
COUNTED = Periodic("counted", MINUTE, f"{__name__}.counted")
BROKEN = Periodic("broken", MINUTE, f"{__name__}.broken")


def counted(session) -> None:
    """Note a run."""
    ran.append("counted")


def broken(session) -> None:
    """Note a run, then fail."""
    ran.append("broken")
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def _empty():
    ran.clear()


@pytest.mark.parametrize("job", SCHEDULE, ids=lambda job: job.name)
def test_every_name_leads_to_a_function(job):
    assert callable(resolve(job.path))


def test_names_are_unique():
    assert len({job.name for job in SCHEDULE}) == len(SCHEDULE)


def test_every_job_runs_on_an_empty_database(session, app):
    Scheduler().round()
    names = session.scalars(select(ScheduleRun.name)).all()
    assert sorted(names) == sorted(job.name for job in SCHEDULE)


def test_two_schedulers_run_it_once(session, app):
    for scheduler in (Scheduler((COUNTED,)), Scheduler((COUNTED,))):
        scheduler.round()
        scheduler.round()
    assert ran == ["counted"]


def test_the_next_period_runs_again(session, app):
    period = datetime(2026, 6, 9, 8, tzinfo=UTC)
    for start in (period, period, period + MINUTE):
        run(COUNTED, start)
    assert ran == ["counted", "counted"]


def test_a_failing_job_leaves_the_others_and_rests(session, app, caplog):
    scheduler = Scheduler((BROKEN, COUNTED))
    for _ in range(3):
        scheduler.round()
    assert ran == ["broken", "counted"]
    assert session.scalars(select(ScheduleRun.name)).all() == ["counted"]
    assert "broken failed" in caplog.text


def test_a_failed_run_is_done_again(session, app, monkeypatch, caplog):
    monkeypatch.setattr(schedule, "AFTER_A_FAULT_SECONDS", 0)
    scheduler = Scheduler((BROKEN,))
    scheduler.round()
    scheduler.round()
    assert ran == ["broken", "broken"]


@pytest.mark.parametrize(
    ("every", "start"),
    [
        (timedelta(minutes=1), datetime(2026, 6, 9, 8, 17, tzinfo=UTC)),
        (timedelta(hours=1), datetime(2026, 6, 9, 8, tzinfo=UTC)),
        (timedelta(days=1), datetime(2026, 6, 9, tzinfo=UTC)),
    ],
)
def test_the_period_of_a_moment(every, start):
    assert period_of(every, datetime(2026, 6, 9, 8, 17, 30, tzinfo=UTC)) == start
