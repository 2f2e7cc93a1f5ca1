"""The calendar against two libraries that know nothing of it, on ten thousand random cases.

Their rules are ours where both speak: `businesstimedelta` counts opening hours on the days it is
told, `workalendar` knows the holidays of metropolitan France. Ours alone are the end of a period
(1182/71) and pauses. `businesstimedelta` counts in UTC and is given what a clock in Paris shows: no
opening hour holds a change of summer time, which falls on a Sunday night.
"""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from businesstimedelta import BusinessTimeDelta, HolidayRule, Rules, WorkDayRule
from workalendar.europe import France

from backoffice.core import clock
from backoffice.core.clock import CLOSES_AT, OPENING, OPENS_AT, PARIS, Unit

CASES = 2500  # of each of four questions
YEARS = range(2020, 2036)
CALENDAR = France()


class Holidays(dict):
    """The holidays as `workalendar` knows them, for `businesstimedelta`."""

    def __contains__(self, day):
        return CALENDAR.is_holiday(day)


@pytest.fixture(scope="module")
def opening():
    days = WorkDayRule(start_time=OPENS_AT, end_time=CLOSES_AT, working_days=range(5))
    return Rules([days, HolidayRule(Holidays())])


def moments(seed: int):
    """Return random moments of Paris, the same at each run."""
    random = Random(seed)
    start = datetime(YEARS[0], 1, 1, tzinfo=PARIS)
    span = (datetime(YEARS[-1], 1, 1, tzinfo=PARIS) - start).total_seconds()
    for _ in range(CASES):
        yield (start + timedelta(seconds=random.randrange(int(span)))), random.randrange(1, 60)


def wall(at: datetime) -> datetime:
    """Return what a clock in Paris shows as if it were UTC, in which the library counts."""
    return at.replace(tzinfo=UTC)


def test_opening_hours_added(opening):
    for start, hours in moments(1):
        theirs = wall(start) + BusinessTimeDelta(opening, hours=hours)
        ours = clock.add(start, hours, Unit.BUSINESS_HOURS)
        assert wall(ours.astimezone(PARIS)) == theirs, (start, hours)


def test_opening_hours_between(opening):
    for start, days in moments(2):
        end = start + timedelta(days=days / 4, minutes=7 * days)
        theirs = opening.difference(wall(start), wall(end)).timedelta
        assert OPENING.between(start, end) == theirs, (start, end)


def test_business_days_added():
    for start, days in moments(3):
        theirs = CALENDAR.add_working_days(start.date(), days)
        assert clock.add(start, days, Unit.BUSINESS_DAYS).astimezone(PARIS).date() == theirs


def test_days_that_are_worked():
    for start, days in moments(4):
        day = start.date() + timedelta(days=days)
        assert clock.is_working_day(day) == CALENDAR.is_working_day(day), day
