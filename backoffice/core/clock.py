"""The time, and the one legal calendar: business hours and days, French holidays, months.

Periods follow Regulation (EEC, Euratom) 1182/71: the day of the event is not counted, a period of
months ends on the same date or the last day of its month, and an end that falls on a Saturday,
a Sunday or a public holiday moves to the next working day.
"""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

PARIS = ZoneInfo("Europe/Paris")
OPENS_AT = time(9)
CLOSES_AT = time(18)
DAY_ENDS_AT = time(23, 59, 59)


class Unit(StrEnum):
    """In what a deadline is counted."""

    BUSINESS_HOURS = "business_hours"
    BUSINESS_DAYS = "business_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"


def now() -> datetime:
    """Return the present time, aware, in UTC."""
    return datetime.now(UTC)


def paris_day(at: datetime) -> date:
    """Return the day that it is in Paris at a time."""
    return at.astimezone(PARIS).date()


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


def add(start: datetime, length: int, unit: Unit) -> datetime:
    """Return when a period that starts now ends, in UTC."""
    local = start.astimezone(PARIS)
    match unit:
        case Unit.BUSINESS_HOURS:
            return add_opening_time(start, timedelta(hours=length))
        case Unit.BUSINESS_DAYS:
            day = local.date()
            for _ in range(length):
                day = next_working_day(day)
            return _at(day, CLOSES_AT)
        case Unit.CALENDAR_DAYS:
            return _at(_rolled(local.date() + timedelta(days=length)), DAY_ENDS_AT)
        case Unit.MONTHS:
            return _at(_rolled(add_months(local.date(), length)), DAY_ENDS_AT)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, PARIS).astimezone(UTC)


def _rolled(day: date) -> date:
    return day if is_working_day(day) else next_working_day(day)


def add_opening_time(start: datetime, amount: timedelta) -> datetime:
    """Add time that passes only while offices are open (9 to 18 h, Paris)."""
    at = _next_open(start)
    while True:
        closes = _at(at.astimezone(PARIS).date(), CLOSES_AT)
        if amount <= closes - at:
            return at + amount
        amount -= closes - at
        at = _next_open(closes)


def opening_time_between(start: datetime, end: datetime) -> timedelta:
    """Return how much opening time lies between two moments; zero when end is not after start."""
    total, at = timedelta(), _next_open(start)
    while at < end:
        closes = _at(at.astimezone(PARIS).date(), CLOSES_AT)
        total += min(closes, end) - at
        at = _next_open(closes)
    return total


def _next_open(moment: datetime) -> datetime:
    local = moment.astimezone(PARIS)
    day = local.date()
    if is_working_day(day) and local.time() < CLOSES_AT:
        return max(moment.astimezone(UTC), _at(day, OPENS_AT))
    return _at(next_working_day(day), OPENS_AT)


def resume(due_at: datetime, paused_at: datetime, resumed_at: datetime, unit: Unit) -> datetime:
    """Return a due time after a pause: what was left when it began is left when it ends."""
    if unit in (Unit.CALENDAR_DAYS, Unit.MONTHS):
        days = resumed_at.astimezone(PARIS).date() - paused_at.astimezone(PARIS).date()
        return _at(_rolled(due_at.astimezone(PARIS).date() + days), DAY_ENDS_AT)
    if due_at <= paused_at:
        return due_at
    return add_opening_time(resumed_at, opening_time_between(paused_at, due_at))


def add_working_hours(start: datetime, hours: int) -> datetime:
    """Add hours of Monday to Saturday, public holidays out, counted around the clock.

    Shops answer on Saturdays and in the evening: opening hours of offices would be too long a
    promise.
    """
    at, left = start.astimezone(UTC), timedelta(hours=hours)
    while True:
        day = at.astimezone(PARIS).date()
        ends = begin_of(day + timedelta(days=1))
        if _shops_answer(day):
            if left <= ends - at:
                return at + left
            left -= ends - at
        at = ends


def working_hours_before(end: datetime, hours: int) -> datetime:
    """Return the latest moment from which so many hours of `add_working_hours` end by then."""
    at, left = end.astimezone(UTC), timedelta(hours=hours)
    while True:
        day = (at - timedelta.resolution).astimezone(PARIS).date()
        begins = begin_of(day)
        if _shops_answer(day):
            if left <= at - begins:
                return at - left
            left -= at - begins
        at = begins


def begin_of(day: date) -> datetime:
    """Return when a day of Paris begins, in UTC."""
    return _at(day, time(0))


def _shops_answer(day: date) -> bool:
    return day.weekday() < 6 and day not in _holidays(day.year)
