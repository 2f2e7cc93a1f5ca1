"""The last day of every period, in Paris days; the day that a period counts from is never counted.

The periods of law follow Regulation 1182/71: an end on a Saturday, a Sunday or a public holiday
moves to the next working day. Those of the house are promises in calendar days and end as counted.
"""

from datetime import date, datetime, timedelta

from backoffice.core.clock import Unit, add, paris_day

WITHDRAWAL_DAYS = 14  # C. conso. L221-18
REFUND_DAYS = 14  # C. conso. L221-24, L216-7, L217-17
REPAIR_DAYS = 30  # C. conso. L217-10
LEGAL_DELIVERY_DAYS = 30  # C. conso. L216-1, where no date was agreed
CONFORMITY_MONTHS = 24  # C. conso. L217-3, L217-7


def days_after(start: datetime, length: int) -> date:
    """Return the last day of a house rule's period."""
    return paris_day(start) + timedelta(days=length)


def law_days_after(start: datetime, length: int) -> date:
    """Return the last day of a period of law in days."""
    return paris_day(add(start, length, Unit.CALENDAR_DAYS))


def law_months_after(start: datetime, length: int) -> date:
    """Return the last day of a period of law in months."""
    return paris_day(add(start, length, Unit.MONTHS))
