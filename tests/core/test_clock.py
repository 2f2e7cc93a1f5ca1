"""The calendar: opening hours, working days, months, holidays, pauses, summer time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.core import clock
from backoffice.core.clock import PARIS, Unit


def paris(text: str) -> datetime:
    """Read a time as a clock in Paris shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("start", "length", "unit", "end"),
    [
        # Thursday 30 April 2026, 17:00 + 24 opening hours; 1 May is a holiday
        ("2026-04-30T17:00", 24, Unit.BUSINESS_HOURS, "2026-05-06T14:00"),
        ("2026-11-23T08:00", 1, Unit.BUSINESS_HOURS, "2026-11-23T10:00"),
        ("2026-11-20T17:30", 1, Unit.BUSINESS_HOURS, "2026-11-23T09:30"),
        ("2026-11-23T18:00", 9, Unit.BUSINESS_HOURS, "2026-11-24T18:00"),
        ("2026-04-30T17:00", 24, Unit.WEEKDAY_HOURS, "2026-05-04T17:00"),
        ("2026-11-21T10:00", 24, Unit.WEEKDAY_HOURS, "2026-11-24T00:00"),
        ("2026-11-23T11:00", 2, Unit.BUSINESS_DAYS, "2026-11-25T18:00"),
        ("2026-11-21T11:00", 1, Unit.BUSINESS_DAYS, "2026-11-23T18:00"),
        ("2026-12-24T11:00", 1, Unit.BUSINESS_DAYS, "2026-12-28T18:00"),
        ("2026-11-02T11:00", 14, Unit.CALENDAR_DAYS, "2026-11-16T23:59:59"),
        ("2026-11-07T11:00", 7, Unit.CALENDAR_DAYS, "2026-11-16T23:59:59"),  # a Saturday rolls
        ("2026-01-31T11:00", 1, Unit.MONTHS, "2026-03-02T23:59:59"),  # 28 February is a Saturday
        ("2027-12-31T11:00", 2, Unit.MONTHS, "2028-02-29T23:59:59"),
    ],
)
def test_add_ends_where_the_law_says(start, length, unit, end):
    assert clock.add(paris(start), length, unit) == paris(end)


def test_a_share_of_opening_hours_is_counted_in_opening_hours():
    start = paris("2026-11-20T17:00")  # a Friday: an hour is left
    due = clock.add(start, 4, Unit.BUSINESS_HOURS)
    assert clock.part(start, due, 75, Unit.BUSINESS_HOURS) == paris("2026-11-23T11:00")


def test_day_of_the_event_is_the_paris_day():
    late_in_utc = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # already Monday in Paris
    assert clock.add(late_in_utc, 1, Unit.BUSINESS_DAYS) == paris("2026-11-24T18:00")


def test_opening_hours_keep_their_length_when_the_clock_changes():
    before = paris("2026-10-23T17:00")  # the Friday before winter time
    assert clock.add(before, 2, Unit.BUSINESS_HOURS) == paris("2026-10-26T10:00")


def test_resume_gives_back_what_was_left_of_business_days():
    due, paused, resumed = map(paris, ("2026-11-25T18:00", "2026-11-24T12:00", "2026-11-30T12:00"))
    assert clock.resume(due, paused, resumed, Unit.BUSINESS_DAYS) == paris("2026-12-01T18:00")


def test_resume_shifts_months_by_calendar_days():
    due, paused, resumed = map(
        paris, ("2026-12-23T23:59:59", "2026-12-01T12:00", "2026-12-04T12:00")
    )
    assert clock.resume(due, paused, resumed, Unit.MONTHS) == paris("2026-12-28T23:59:59")


def test_resume_leaves_what_was_already_late():
    due, paused, resumed = map(paris, ("2026-11-20T18:00", "2026-11-23T12:00", "2026-11-24T12:00"))
    assert clock.resume(due, paused, resumed, Unit.BUSINESS_DAYS) == due


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    st.integers(1, 80),
)
def test_opening_time_added_is_opening_time_between(start, hours):
    start = start.replace(tzinfo=UTC)
    end = clock.add(start, hours, Unit.BUSINESS_HOURS)
    assert clock.OPENING.between(start, end) == timedelta(hours=hours)


def test_all_eleven_french_holidays_are_known():
    assert len(clock._holidays(2026)) == 11
    assert not clock.is_working_day(date(2026, 7, 14))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23T11:00", 24, "2026-11-24T11:00"),
        ("2026-11-20T18:00", 24, "2026-11-21T18:00"),  # Friday: Saturday counts
        ("2026-11-21T18:00", 24, "2026-11-23T18:00"),  # Saturday: Sunday does not
        ("2026-11-22T10:00", 24, "2026-11-24T00:00"),  # Sunday: it begins on Monday
        ("2026-04-04T12:00", 24, "2026-04-07T12:00"),  # over Easter Monday
        ("2026-12-24T12:00", 24, "2026-12-26T12:00"),  # over Christmas, a Friday
        ("2026-03-28T12:00", 24, "2026-03-30T12:00"),  # summer time begins on the Sunday
        ("2026-10-24T12:00", 24, "2026-10-26T12:00"),  # and ends on one
        ("2028-02-28T12:00", 48, "2028-03-01T12:00"),  # a leap day
    ],
)
def test_working_hours_pass_from_monday_to_saturday(start, hours, end):
    assert clock.SHOPS.add(paris(start), timedelta(hours=hours)) == paris(end)
    begun = clock.SHOPS.before(paris(end), timedelta(hours=hours))
    assert clock.SHOPS.add(begun, timedelta(hours=hours)) == paris(end)


@given(st.integers(0, 3 * 365 * 24 * 60), st.integers(1, 60))
def test_working_hours_before_is_the_last_moment_in_time(minutes, hours):
    end = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    begun = clock.SHOPS.before(end, timedelta(hours=hours))
    assert clock.SHOPS.add(begun, timedelta(hours=hours)) <= end
    assert clock.SHOPS.add(begun + timedelta(seconds=1), timedelta(hours=hours)) > end
