"""Sums by day: those of the lines, whenever they were made, and in no time."""

from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from backoffice.billing import ledger_day
from backoffice.billing.earnings import earnings, plans_sold, unpaid_by_plan
from backoffice.billing.ledger import Line, Source, post, reverse
from backoffice.billing.ledger_day import LedgerDay, days, sum_days
from backoffice.billing.ledger_model import JournalEntry, LedgerAccount, LedgerLine
from backoffice.billing.month import trial_balance
from backoffice.billing.seal import seal_entries
from backoffice.core.clock import now, paris_day
from tests.factories.plan_invoice import make_plan_invoice
from tests.factories.seller import make_seller

CODES = ("517", "4671", "706200", "44571", "654")


def book(session, number, chance, today):
    """Post an entry of three lines on one of the last ninety days."""
    first, second = chance.randrange(1, 9_000), chance.randrange(1, 9_000)
    one, two, three = chance.sample(CODES, 3)
    entry_id = post(
        session, idem_key=f"x:{number}", kind=chance.choice(("charge", "refund", "fee")),
        journal=chance.choice(("ST", "VE")), occurred_on=today - timedelta(days=number % 90),
        lines=[Line(one, first), Line(two, second), Line(three, -first - second)],
        source=Source("x", str(number)),
    )  # fmt: skip
    return session.get_one(JournalEntry, entry_id)


def summed(session):
    """Return what `days` says, by account, kind and day."""
    one = days(session).subquery()
    rows = session.execute(
        select(
            one.c.code, one.c.kind, one.c.day, func.sum(one.c.debit_minor - one.c.credit_minor)
        ).group_by(one.c.code, one.c.kind, one.c.day)
    )
    return {tuple(row[:3]): int(row[3]) for row in rows}


def counted(session):
    """Return the same, reckoned from the lines alone."""
    rows = session.execute(
        select(
            LedgerAccount.code, JournalEntry.kind, JournalEntry.booked_on,
            func.sum(LedgerLine.amount_minor),
        )
        .select_from(LedgerLine)
        .join(JournalEntry, JournalEntry.id == LedgerLine.entry_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .group_by(LedgerAccount.code, JournalEntry.kind, JournalEntry.booked_on)
    )  # fmt: skip
    return {tuple(row[:3]): int(row[3]) for row in rows}


def test_whenever_they_are_summed_up_they_are_those_of_the_lines(session, monkeypatch):
    monkeypatch.setattr(ledger_day, "SEALS_AT_ONCE", 7)
    chance, today = Random(5), paris_day(now())
    for number in range(60):
        entry = book(session, number, chance, today)
        if number % 9 == 0:
            reverse(session, entry, idem_key=f"r:{number}", occurred_on=today)
        if chance.random() < 0.3:
            seal_entries(session)
        if chance.random() < 0.3:
            sum_days(session)
        assert summed(session) == counted(session), number
    seal_entries(session)
    before = 0
    while (mark := sum_days(session)) != before:
        before = mark
    assert summed(session) == counted(session)
    assert session.scalar(select(func.sum(LedgerDay.debit_minor - LedgerDay.credit_minor))) == 0


def test_the_trial_balance_is_the_same_before_and_after(session):
    chance, today = Random(6), paris_day(now())
    for number in range(40):
        book(session, number, chance, today)
    month = today.replace(day=1)
    before = trial_balance(session, month)
    seal_entries(session)
    sum_days(session)
    assert trial_balance(session, month) == before


def test_what_is_earned_is_counted_in_its_month(session):
    today = paris_day(now())
    month = today.replace(day=1)
    for kind, code, amount in (("plan_invoice.finalized", "706100", -4158), ("fee", "706200", -100),
                               ("refund", "517", -700), ("payout", "517", -9000)):  # fmt: skip
        post(
            session, idem_key=kind, kind=kind, journal="ST", occurred_on=month,
            lines=[Line(code, amount), Line("4671", -amount)], source=Source("x", kind),
        )  # fmt: skip
    last = earnings(session)[-1]
    assert last == (month, 4158, 100, 700)
    assert [one.plans_minor for one in earnings(session)[:-1]] == [0] * 11


@pytest.mark.parametrize("days_late", [-1, 3])
def test_plans_are_counted_when_they_begin_and_when_they_are_overdue(session, days_late):
    seller = make_seller(session, plan="pro")
    make_plan_invoice(session, seller, due_at=now() - timedelta(days=days_late))
    make_plan_invoice(session, seller, state="void")
    month = paris_day(now()).replace(day=1)
    assert [tuple(one) for one in plans_sold(session, month)] == [("Pro", 1, 4158)]
    assert plans_sold(session, date(2020, 1, 1)) == []
    overdue = [(one.name, one.number, one.amount_minor) for one in unpaid_by_plan(session)]
    assert overdue == ([("Pro", 1, 4990)] if days_late > 0 else [])
