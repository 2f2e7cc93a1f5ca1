"""The time, and the one legal calendar: business hours and days, French holidays, months.

Periods follow Regulation (EEC, Euratom) 1182/71: the day of the event is not counted, a period of
months ends on the same date or the last day of its month, and an end that falls on a Saturday,
a Sunday or a public holiday moves to the next working day.
"""

import calendar
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

PARIS = ZoneInfo("Europe/Paris")
YEARS = range(1900, 2200)  # that an address may name
OPENS_AT = time(9)
CLOSES_AT = time(18)
DAY_ENDS_AT = time(23, 59, 59)


class Unit(StrEnum):
    """In what a deadline is counted."""

    BUSINESS_HOURS = "business_hours"  # while offices are open
    WEEKDAY_HOURS = "weekday_hours"  # around the clock, on business days
    BUSINESS_DAYS = "business_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"


def now() -> datetime:
    """Return the present time, aware, in UTC."""
    return datetime.now(UTC)


def paris_day(at: datetime) -> date:
    """Return the day that it is in Paris at a time."""
    return at.astimezone(PARIS).date()


def days_between(start: datetime, end: datetime) -> int:
    """Return how many days after the start's day the end's day is, in Paris."""
    return (paris_day(end) - paris_day(start)).days


def day_of(at: datetime) -> str:
    """Return the Paris day of a time, as stored sentences keep it: "2026-06-09"."""
    return paris_day(at).isoformat()


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", years=year))


def is_working_day(day: date) -> bool:
    """Tell whether offices work: Monday to Friday, public holidays of metropolitan France out."""
    return day.weekday() < 5 and day not in _holidays(day.year)


def next_working_day(day: date) -> date:
    """Return the first working day after this one."""
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_months(day: date, months: int) -> date:
    """Return the same date so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def read_day(written: str) -> date:
    """Read a day as an address has it, 2026-11-30; raises ValueError, also of years far away.

    Days at the ends of the calendar have no month before or after them.
    """
    day = date.fromisoformat(written)
    if day.year not in YEARS:
        raise ValueError(f"no year of ours: {day.year}")
    return day


def read_month(written: str) -> date:
    """Return the first day of a month as an address has it, 2026-11; raises ValueError."""
    return read_day(f"{written}-01")


@dataclass(frozen=True)
class Hours:
    """When time counts: from one hour of a day to another, Paris, on the days that are worked.

    A policy is one of these; closing at midnight is the end of the day.
    """

    opens_at: time
    closes_at: time
    works: Callable[[date], bool]

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """Return when so much time of these hours has passed."""
        for opens, closes in self._windows(start, step=1):
            begins = max(opens, start)
            if amount <= closes - begins:
                return (begins + amount).astimezone(UTC)
            amount -= closes - begins
        raise AssertionError  # days never end

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much of these hours lies between two moments; none when end comes first."""
        total = timedelta()
        for opens, closes in self._windows(start, step=1):
            if opens >= end:
                return total
            total += max(min(closes, end) - max(opens, start), timedelta())
        return total

    def before(self, end: datetime, amount: timedelta) -> datetime:
        """Return the latest moment from which so much time of these hours has passed by then."""
        for opens, closes in self._windows(end, step=-1):
            ends = min(closes, end)
            if amount <= ends - opens:
                return (ends - amount).astimezone(UTC)
            amount -= ends - opens
        raise AssertionError  # days never begin

    def _windows(self, moment: datetime, step: int) -> Iterator[tuple[datetime, datetime]]:
        """Go over the hours of each day worked, forth or back, from those that hold the moment."""
        day = paris_day(moment)
        while True:
            if self.works(day):
                ends = day if self.closes_at > self.opens_at else day + timedelta(days=1)
                opens, closes = _at(day, self.opens_at), _at(ends, self.closes_at)
                if (moment < closes) if step > 0 else (moment > opens):
                    yield opens, closes
            day += timedelta(days=step)


def shops_answer(day: date) -> bool:
    """Tell whether shops answer: Monday to Saturday, public holidays out."""
    return day.weekday() < 6 and day not in _holidays(day.year)


OPENING = Hours(OPENS_AT, CLOSES_AT, is_working_day)
WEEKDAYS = Hours(time(0), time(0), is_working_day)
SHOPS = Hours(time(0), time(0), shops_answer)
"""Shops answer on Saturdays and in the evening: opening hours would be too long a promise."""

COUNTED = {Unit.BUSINESS_HOURS: OPENING, Unit.WEEKDAY_HOURS: WEEKDAYS}


def add(start: datetime, length: int, unit: Unit) -> datetime:
    """Return when a period that starts now ends, in UTC."""
    local = start.astimezone(PARIS)
    match unit:
        case Unit.BUSINESS_HOURS | Unit.WEEKDAY_HOURS:
            return COUNTED[unit].add(start, timedelta(hours=length))
        case Unit.BUSINESS_DAYS:
            day = local.date()
            for _ in range(length):
                day = next_working_day(day)
            return _at(day, CLOSES_AT)
        case Unit.CALENDAR_DAYS:
            return _at(_rolled(local.date() + timedelta(days=length)), DAY_ENDS_AT)
        case Unit.MONTHS:
            return _at(_rolled(add_months(local.date(), length)), DAY_ENDS_AT)


def part(start: datetime, due_at: datetime, percent: int, unit: Unit) -> datetime:
    """Return when so many percent of the time to a due date have passed, in its own time."""
    if (hours := COUNTED.get(unit)) is not None:
        return hours.add(start, hours.between(start, due_at) * percent / 100)
    return start + (due_at - start) * percent / 100


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, PARIS).astimezone(UTC)


def _rolled(day: date) -> date:
    return day if is_working_day(day) else next_working_day(day)


def resume(due_at: datetime, paused_at: datetime, resumed_at: datetime, unit: Unit) -> datetime:
    """Return a due time after a pause: what was left when it began is left when it ends."""
    if unit in (Unit.CALENDAR_DAYS, Unit.MONTHS):
        days = resumed_at.astimezone(PARIS).date() - paused_at.astimezone(PARIS).date()
        return _at(_rolled(due_at.astimezone(PARIS).date() + days), DAY_ENDS_AT)
    if due_at <= paused_at:
        return due_at
    hours = COUNTED.get(unit, OPENING)
    return hours.add(resumed_at, hours.between(paused_at, due_at))


def begin_of(day: date) -> datetime:
    """Return when a day of Paris begins, in UTC."""
    return _at(day, time(0))
