"""Last days worked out by hand, with the reason that the calendar gives."""

from datetime import UTC, datetime

import pytest

from backoffice.core.clock import days_between
from backoffice.marketplace.buyer_rights.periods import (
    days_after,
    law_days_after,
    law_months_after,
)
from tests.marketplace.buyer_rights.bought import a_day, paris

FOURTEEN_DAYS_OF_LAW = [
    # Monday 4 May + 14 = Monday 18 May 2026, a working day
    ("2026-05-04", "2026-05-18"),
    # Monday 23 March + 14 = Easter Monday 6 April 2026 -> Tuesday 7 April
    ("2026-03-23", "2026-04-07"),
    # Friday 20 March + 14 = Good Friday 3 April 2026, a working day outside Alsace and Moselle
    ("2026-03-20", "2026-04-03"),
    # Saturday 21 March + 14 = Saturday 4 April 2026 -> over Easter Sunday and Monday to Tuesday 7
    ("2026-03-21", "2026-04-07"),
    # Saturday 6 June + 14 = Saturday 20 June 2026 -> Monday 22 June
    ("2026-06-06", "2026-06-22"),
    # Sunday 7 June + 14 = Sunday 21 June 2026 -> Monday 22 June
    ("2026-06-07", "2026-06-22"),
    # Friday 17 April + 14 = Friday 1 May 2026, Labour Day -> over the week-end to Monday 4 May
    ("2026-04-17", "2026-05-04"),
    # Friday 24 April + 14 = Friday 8 May 2026, Victory Day -> Monday 11 May
    ("2026-04-24", "2026-05-11"),
    # Thursday 30 April + 14 = Thursday 14 May 2026, Ascension -> Friday 15 May
    ("2026-04-30", "2026-05-15"),
    # Monday 11 May + 14 = Whit Monday 25 May 2026 -> Tuesday 26 May
    ("2026-05-11", "2026-05-26"),
    # Thursday 15 February + 14 = Thursday 29 February 2024, a leap day and a working one
    ("2024-02-15", "2024-02-29"),
    # Friday 16 February + 14 = Friday 1 March 2024: the leap day counted
    ("2024-02-16", "2024-03-01"),
    # Monday 16 February + 14 = Monday 2 March 2026: no leap day
    ("2026-02-16", "2026-03-02"),
    # Sunday 15 March + 14 = Sunday 29 March 2026, summer time begins -> Monday 30 March
    ("2026-03-15", "2026-03-30"),
    # Monday 16 March + 14 = Monday 30 March 2026: the short day of 23 hours counts as one
    ("2026-03-16", "2026-03-30"),
    # Sunday 11 October + 14 = Sunday 25 October 2026, winter time begins -> Monday 26 October
    ("2026-10-11", "2026-10-26"),
    # Monday 12 October + 14 = Monday 26 October 2026: the long day of 25 hours counts as one
    ("2026-10-12", "2026-10-26"),
    # Thursday 17 December + 14 = Thursday 31 December 2026, a working day
    ("2026-12-17", "2026-12-31"),
    # Friday 18 December + 14 = Friday 1 January 2027, New Year -> Monday 4 January
    ("2026-12-18", "2027-01-04"),
    # Friday 11 December + 14 = Friday 25 December 2026, Christmas -> Monday 28 December
    ("2026-12-11", "2026-12-28"),
    # Late in the evening: the Paris day counts, whatever the hour
    ("2026-05-04T23:30", "2026-05-18"),
]


@pytest.mark.parametrize(("start", "last"), FOURTEEN_DAYS_OF_LAW)
def test_fourteen_days_of_law_end_on_a_working_day(start, last):
    assert law_days_after(paris(start), 14) == a_day(last)


@pytest.mark.parametrize(
    ("start", "length", "last"),
    [
        # Monday 4 May + 30 = Wednesday 3 June 2026
        ("2026-05-04", 30, "2026-06-03"),
        # Thursday 7 May + 30 = Saturday 6 June 2026: a promise of the house does not move
        ("2026-05-07", 30, "2026-06-06"),
        # Saturday 7 March + 30 = Easter Monday 6 April 2026: nor for a holiday
        ("2026-03-07", 30, "2026-04-06"),
        # Tuesday 30 January + 30 = Thursday 29 February 2024, the leap day
        ("2024-01-30", 30, "2024-02-29"),
        # Thursday 29 February + 30 = Saturday 30 March 2024, from the leap day
        ("2024-02-29", 30, "2024-03-30"),
        # Tuesday 28 April + 4 = Saturday 2 May 2026, over Labour Day
        ("2026-04-28", 4, "2026-05-02"),
        # Wednesday 25 March + 4 = Sunday 29 March 2026, summer time begins
        ("2026-03-25", 4, "2026-03-29"),
        # Friday 27 March at 23:30 + 4 = Tuesday 31 March 2026: over a night of one hour less
        ("2026-03-27T23:30", 4, "2026-03-31"),
        # Wednesday 21 October + 4 = Sunday 25 October 2026, winter time begins
        ("2026-10-21", 4, "2026-10-25"),
        # Saturday 24 October at 00:15 + 4 = Wednesday 28 October 2026: over one hour more
        ("2026-10-24T00:15", 4, "2026-10-28"),
        # Tuesday 29 December 2026 + 4 = Saturday 2 January 2027
        ("2026-12-29", 4, "2027-01-02"),
    ],
)
def test_days_of_the_house_end_as_counted(start, length, last):
    assert days_after(paris(start), length) == a_day(last)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        # Monday 4 May 2026 + 24 months = Thursday 4 May 2028
        ("2026-05-04", 24, "2028-05-04"),
        # Thursday 29 February 2024 + 24 months = Saturday 28 February 2026 -> Monday 2 March
        ("2024-02-29", 24, "2026-03-02"),
        # Wednesday 28 February 2024 + 24 months = Saturday 28 February 2026 -> Monday 2 March
        ("2024-02-28", 24, "2026-03-02"),
        # Friday 28 February 2025 + 24 months = Sunday 28 February 2027 -> Monday 1 March
        ("2025-02-28", 24, "2027-03-01"),
        # Saturday 29 March 2025 + 24 months = Easter Monday 29 March 2027 -> Tuesday 30 March
        ("2025-03-29", 24, "2027-03-30"),
        # Wednesday 1 January 2025 + 24 months = Friday 1 January 2027, New Year -> Monday 4 January
        ("2025-01-01", 24, "2027-01-04"),
        # Tuesday 31 December 2024 + 24 months = Thursday 31 December 2026
        ("2024-12-31", 24, "2026-12-31"),
        # Friday 29 March 2024 + 24 months = Sunday 29 March 2026, summer time begins -> Monday 30
        ("2024-03-29", 24, "2026-03-30"),
        # Friday 25 October 2024 + 24 months = Sunday 25 October 2026, winter time -> Monday 26
        ("2024-10-25", 24, "2026-10-26"),
    ],
)
def test_months_end_on_the_same_date_or_the_last_of_the_month(start, months, last):
    assert law_months_after(paris(start), months) == a_day(last)


@pytest.mark.parametrize(
    ("utc", "last"),
    [
        # 21:30 UTC on 4 May is 23:30 in Paris, in summer: still 4 May -> Monday 18 May 2026
        ("2026-05-04T21:30", "2026-05-18"),
        # 22:30 UTC on 4 May is half past midnight of 5 May in Paris -> Tuesday 19 May
        ("2026-05-04T22:30", "2026-05-19"),
        # 22:30 UTC on 2 December is 23:30 in Paris, in winter: still 2 December -> Wednesday 16
        ("2026-12-02T22:30", "2026-12-16"),
        # 23:30 UTC on 2 December is 3 December in Paris -> Thursday 17 December
        ("2026-12-02T23:30", "2026-12-17"),
        # 23:30 UTC on 31 December 2026 is 1 January in Paris -> Friday 15 January 2027
        ("2026-12-31T23:30", "2027-01-15"),
        # 22:30 UTC on 28 March 2026 is 23:30 in Paris, still winter time: Saturday 28 March + 14
        # = Saturday 11 April -> Monday 13 April
        ("2026-03-28T22:30", "2026-04-13"),
        # 22:30 UTC on 29 March 2026 is half past midnight of 30 March, by summer time -> 13 April
        ("2026-03-29T22:30", "2026-04-13"),
        # 22:30 UTC on 24 October is half past midnight of Sunday 25 October 2026: + 14 = Sunday
        # 8 November -> Monday 9 November
        ("2026-10-24T22:30", "2026-11-09"),
        # 22:30 UTC on 25 October is 23:30 of the same day, by winter time -> Monday 9 November
        ("2026-10-25T22:30", "2026-11-09"),
    ],
)
def test_a_day_is_a_day_in_paris(utc, last):
    at = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert law_days_after(at, 14) == a_day(last)


@pytest.mark.parametrize(
    ("start", "end", "number"),
    [
        # One minute over midnight is one day
        ("2026-05-04T23:59", "2026-05-05T00:00", 1),
        # Nearly two days of hours, one of the calendar
        ("2026-05-04T00:01", "2026-05-05T23:59", 1),
        # Over both clock changes a day stays a day
        ("2026-03-28T12:00", "2026-03-30T12:00", 2),
        ("2026-10-24T12:00", "2026-10-26T12:00", 2),
        # 28 February to 1 March: 2 days in 2024, 1 in 2026
        ("2024-02-28", "2024-03-01", 2),
        ("2026-02-28", "2026-03-01", 1),
    ],
)
def test_days_between_are_dates_apart(start, end, number):
    assert days_between(paris(start), paris(end)) == number
