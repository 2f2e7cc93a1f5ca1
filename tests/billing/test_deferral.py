"""Plans at the end of a month: the days after it are income of the next."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from backoffice.billing.deferral import defer
from backoffice.billing.ledger import balance_of
from backoffice.billing.ledger_model import JournalEntry
from backoffice.billing.period import lock_period, unlock_period
from backoffice.billing.plan_invoice import InvoiceState
from backoffice.billing.plan_postings import post_invoice
from backoffice.core.clock import begin_of
from tests.factories.books import check_books
from tests.factories.plan_invoice import make_plan_invoice
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)


def asked(session, seller, day, end, **changes):
    """Make and post a month of a plan that was asked for on its first day."""
    first, last = begin_of(day), begin_of(end)
    invoice = make_plan_invoice(
        session, seller, period_start=first, period_end=last, finalized_at=first, **changes
    )
    post_invoice(session, invoice)
    return invoice


@pytest.fixture
def seller(session):
    return make_seller(session, plan="pro")


def deferred(session):
    return -sum(
        line.amount_minor
        for entry in session.scalars(select(JournalEntry).where(JournalEntry.kind == "deferral"))
        for line in entry.lines
        if line.account.code == "487"
    )


def test_the_days_after_the_end_are_put_off_and_taken_up(session, seller):
    asked(session, seller, date(2026, 6, 9), date(2026, 7, 9))  # 22 days in June, 8 in July
    defer(session, JUNE)
    assert deferred(session) == round(4158 * 8 / 30)
    assert balance_of(session, "487") == 0
    days = {entry.kind: entry.occurred_on for entry in session.scalars(select(JournalEntry))}
    assert days["deferral"] == date(2026, 6, 30)
    assert days["deferral.released"] == JULY
    check_books(session)


def test_a_month_of_the_calendar_is_not_put_off(session, seller):
    asked(session, seller, JUNE, JULY)
    defer(session, JUNE)
    assert deferred(session) == 0


def test_done_again_only_what_changed_is_posted(session, seller):
    asked(session, seller, date(2026, 6, 9), date(2026, 7, 9))
    for _ in range(2):
        defer(session, JUNE)
    first = deferred(session)
    asked(session, seller, date(2026, 6, 20), date(2026, 7, 20))
    for _ in range(2):
        defer(session, JUNE)
    assert deferred(session) == first + round(4158 * 19 / 30)
    assert (
        len(session.scalars(select(JournalEntry).where(JournalEntry.kind == "deferral")).all()) == 2
    )


def test_a_month_taken_back_is_not_income_of_any(session, seller):
    invoice = asked(session, seller, date(2026, 6, 9), date(2026, 7, 9))
    defer(session, JUNE)
    invoice.state = InvoiceState.VOID
    session.flush()
    defer(session, JUNE)
    assert deferred(session) == 0


def test_locking_a_month_puts_off_and_locking_again_what_changed(session, seller):
    actor = make_staff(session, role="finance").actor
    asked(session, seller, date(2026, 6, 9), date(2026, 7, 9))
    lock_period(session, JUNE, actor)
    first = deferred(session)
    assert first
    unlock_period(session, JUNE, actor)
    asked(session, seller, date(2026, 6, 20), date(2026, 7, 20))
    lock_period(session, JUNE, actor)
    assert deferred(session) > first
    booked = session.scalars(select(JournalEntry.booked_on).where(JournalEntry.kind == "deferral"))
    assert set(booked) == {date(2026, 6, 30)}


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each is rolled back
)
@given(days=st.lists(st.integers(0, 29), min_size=1, max_size=4), length=st.integers(28, 31))
def test_what_is_put_off_is_the_sum_of_each_share(session, seller, days, length):
    with session.begin_nested() as point:
        wanted = 0
        for day in days:
            first = JUNE + timedelta(days=day)
            last = first + timedelta(days=length)
            asked(session, seller, first, last)
            after = max((last - JULY).days, 0)
            wanted += int(Fraction(4158 * after, length) + Fraction(1, 2))
        defer(session, JUNE)
        assert deferred(session) == wanted
        point.rollback()
