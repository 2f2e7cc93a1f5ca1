"""Months of the books: what is locked or closed takes nothing more, by any way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import create_engine
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backoffice.billing.ledger import reverse
from backoffice.billing.ledger_model import AccountingPeriod, JournalEntry, PeriodState
from backoffice.billing.period import close_period, lock_period, unlock_period
from backoffice.billing.seal import seal_entries
from backoffice.core.permissions import Actor
from backoffice.core.refusal import NotPossible
from tests.factories.entries import (
    BEFORE_THAT,
    LAST_MONTH,
    THIS_MONTH,
    make_entry,
    make_sealed,
)

PAUL = Actor("staff", 7, "Paul Ferrier")
MID_MONTH = LAST_MONTH + timedelta(days=14)


def close(session, month, actor=PAUL):
    lock_period(session, month, actor)
    return close_period(session, month, actor)


def test_an_entry_is_booked_on_the_day_it_happened(session):
    assert make_entry(session, occurred_on=MID_MONTH).booked_on == MID_MONTH


@pytest.mark.parametrize("move", [lock_period, close])
def test_what_comes_late_is_booked_in_the_next_open_month(session, move):
    make_sealed(session, 1)
    move(session, LAST_MONTH, PAUL)
    late = make_entry(session, 9, occurred_on=MID_MONTH)
    assert (late.occurred_on, late.booked_on) == (MID_MONTH, THIS_MONTH)


def test_over_several_months_the_first_open_one_is_found(session):
    for month in (BEFORE_THAT, LAST_MONTH):
        lock_period(session, month, PAUL)
    assert make_entry(session, occurred_on=BEFORE_THAT).booked_on == THIS_MONTH


def test_the_same_event_again_stays_where_it_was_booked(session):
    first = make_sealed(session, 1)[0]
    close(session, LAST_MONTH)
    assert make_entry(session, 0) is first
    assert first.booked_on == LAST_MONTH


def test_a_reversal_of_a_closed_month_is_booked_now_and_names_it(session):
    first = make_sealed(session, 1)[0]
    close(session, LAST_MONTH)
    undone = reverse(session, first, idem_key="back", occurred_on=first.occurred_on)
    back = session.get_one(JournalEntry, undone)
    assert (back.booked_on, back.reverses_id) == (THIS_MONTH, first.id)


def test_no_way_around_leads_into_a_month_that_is_not_open(session):
    lock_period(session, LAST_MONTH, PAUL)
    with pytest.raises(DBAPIError, match=f"the month {LAST_MONTH:%Y-%m} is not open"):
        session.execute(
            sql(
                "insert into journal_entry (id, journal, idem_key, digest, kind, occurred_on,"
                " booked_on, source_type, source_id, piece_ref, posted_at, posted_by)"
                " values (gen_random_uuid(), 'ST', 'x', '', 'raw', :day, :day, '', '', '', now(),"
                " 'x')"
            ),
            {"day": MID_MONTH},
        )


def test_a_locked_month_opens_again_a_closed_one_never(session):
    make_sealed(session, 1)
    lock_period(session, LAST_MONTH, PAUL)
    unlock_period(session, LAST_MONTH, PAUL)
    assert make_entry(session, 9, occurred_on=MID_MONTH).booked_on == MID_MONTH
    seal_entries(session)
    period = close(session, LAST_MONTH)
    assert (period.state, period.entries, period.closed_by) == ("closed", 2, PAUL.ref)
    with pytest.raises(NotPossible):
        unlock_period(session, LAST_MONTH, PAUL)
    for change in (
        "update accounting_period set state = 'open'",
        "update accounting_period set digest = ''",
        "delete from accounting_period",
    ):
        with pytest.raises(DBAPIError, match=r"closed|append"), session.begin_nested():
            session.execute(sql(change))


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda session: make_sealed(session, 1, on=BEFORE_THAT), "earlier"),
        (make_entry, "no number"),
    ],
)
def test_a_month_is_not_closed_before_its_time(session, prepare, said):
    prepare(session)
    lock_period(session, LAST_MONTH, PAUL)
    with pytest.raises(NotPossible, match=said):
        close_period(session, LAST_MONTH, PAUL)
    assert session.get_one(AccountingPeriod, LAST_MONTH).state == PeriodState.LOCKED


def test_a_month_that_is_not_over_is_not_locked(session):
    with pytest.raises(NotPossible, match="not over"):
        lock_period(session, THIS_MONTH, PAUL)
    assert session.get(AccountingPeriod, THIS_MONTH) is None


def test_a_month_is_locked_before_it_is_closed(session):
    make_sealed(session, 1)
    with pytest.raises(NotPossible):
        close_period(session, LAST_MONTH, PAUL)


def test_months_are_closed_one_after_the_other(session):
    make_sealed(session, 1, on=BEFORE_THAT)
    close(session, BEFORE_THAT)
    assert close(session, LAST_MONTH).state == PeriodState.CLOSED


def test_locking_waits_for_who_is_posting(fresh_database):
    engine = create_engine(fresh_database, poolclass=NullPool)
    asked, locked = Event(), Event()

    def lock():
        with Session(engine) as session:
            asked.set()
            lock_period(session, LAST_MONTH, PAUL)
            locked.set()
            session.commit()

    with ThreadPoolExecutor(1) as worker, Session(engine) as session:
        entry = make_entry(session, occurred_on=MID_MONTH)
        done = worker.submit(lock)
        assert asked.wait(10)
        assert not locked.wait(0.3)
        session.commit()
        done.result(10)
        assert entry.booked_on == MID_MONTH
        assert make_entry(session, 2, occurred_on=MID_MONTH).booked_on == THIS_MONTH
