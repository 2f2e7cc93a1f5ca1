"""A month of the books as finance reads it: how far it is, and what each account did in it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from backoffice.billing.ledger_day import days
from backoffice.billing.ledger_model import (
    AccountingPeriod,
    JournalEntry,
    LedgerAccount,
    PeriodState,
)
from backoffice.billing.stripe_object import EventState, StripeEvent
from backoffice.core.clock import add_months, begin_of, now, paris_day
from backoffice.core.text import N_
from backoffice.staff.model import Staff

STATES = {
    PeriodState.OPEN: N_("Open for entries"),
    PeriodState.LOCKED: N_("Locked"),
    PeriodState.CLOSED: N_("Closed"),
}


class Month(NamedTuple):
    """One month of the books."""

    first: date
    state: str
    entries: int
    closed_at: datetime | None
    closed_by: str


def months(session: Session) -> list[Month]:
    """Return every month from the first entry to this one, the latest first."""
    first = session.scalar(select(func.min(JournalEntry.booked_on)))
    month = paris_day(now()).replace(day=1)
    begin = min(first or month, month).replace(day=1)
    found = []
    while month >= begin:
        found.append(month_of(session, month))
        month = add_months(month, -1)
    return found


def first_year(session: Session) -> int:
    """Return the year of the first entry; this one where there is none."""
    first = session.scalar(select(func.min(JournalEntry.booked_on)))
    return (first or paris_day(now())).year


def month_of(session: Session, first: date) -> Month:
    """Return one month; the entries of a closed one are not counted again."""
    period = session.get(AccountingPeriod, first)
    if period is not None and period.state == PeriodState.CLOSED:
        return Month(first, period.state, period.entries, period.closed_at, period.closed_by)
    booked = JournalEntry.booked_on.between(first, last_day(first))
    entries = session.scalar(select(func.count()).where(booked)) or 0
    return Month(first, period.state if period else PeriodState.OPEN, entries, None, "")


def trial_balance(session: Session, first: date) -> Sequence[Row[Any]]:
    """Return each account with its balance before the month, both sides in it, and after; cents.

    The accounts of single sellers are summed up. Credits are negative, but for `credit_minor`.
    """
    one = days(session).subquery()
    net, is_before = one.c.debit_minor - one.c.credit_minor, one.c.day < first
    sides = {
        "opening_minor": case((is_before, net), else_=0),
        "debit_minor": case((~is_before, one.c.debit_minor), else_=0),
        "credit_minor": case((~is_before, one.c.credit_minor), else_=0),
        "closing_minor": net,
    }
    sums = [func.sum(moved).label(name) for name, moved in sides.items()]
    chart = LedgerAccount
    return session.execute(
        select(one.c.code, one.c.currency, chart.name_fr, chart.name_en, *sums)
        .select_from(one)
        .join(
            chart,
            (chart.code == one.c.code) & (chart.currency == "EUR") & chart.seller_id.is_(None),
        )
        .where(one.c.day <= last_day(first))
        .group_by(one.c.code, one.c.currency, chart.name_fr, chart.name_en)
        .order_by(one.c.code, one.c.currency)
    ).all()


def waiting_events(session: Session, first: date) -> int:
    """Return how many of Stripe's events of this month are not in the books, and may come late."""
    return (
        session.scalar(
            select(func.count()).where(
                StripeEvent.state.in_((EventState.PENDING, EventState.FAILED)),
                StripeEvent.created >= begin_of(first),
                StripeEvent.created < begin_of(add_months(first, 1)),
            )
        )
        or 0
    )


def carried_entries(session: Session, first: date) -> int:
    """Return how many entries of this month happened in an earlier one."""
    return (
        session.scalar(
            select(func.count()).where(
                JournalEntry.booked_on == first, JournalEntry.occurred_on < first
            )
        )
        or 0
    )


def closer_of(session: Session, ref: str) -> str:
    """Return the name of who closed a month, as the audit knows her."""
    kind, _, number = ref.partition(":")
    name = session.scalar(select(Staff.name).where(Staff.id == int(number))) if number else None
    return name or kind


def last_day(first: date) -> date:
    """Return the last day of a month."""
    return date.fromordinal(add_months(first, 1).toordinal() - 1)
