"""`backoffice ledger verify` names whatever was done to the books behind their back."""

from datetime import timedelta

import pytest
from sqlalchemy import text as sql

from backoffice.billing.ledger_check import GUARDS, verify
from backoffice.billing.period import close_period, lock_period
from backoffice.billing.seal import seal_entries
from backoffice.core.clock import now
from backoffice.core.permissions import Actor
from tests.factories.entries import LAST_MONTH, as_owner, make_entry, make_sealed

PAUL = Actor("staff", 7, "Paul Ferrier")


@pytest.fixture
def books(session):
    """Three entries of last month, sealed, and the month closed."""
    entries = make_sealed(session, 3)
    lock_period(session, LAST_MONTH, PAUL)
    close_period(session, LAST_MONTH, PAUL)
    return entries


def test_whole_books_have_no_fault(session, books):
    make_entry(session, 8)  # of today, without a seal yet
    assert list(verify(session)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("update ledger_line set amount_minor = 1300 where amount_minor = 1200 and entry_id = :id",
         "does not balance: 100 EUR"),
        ("delete from ledger_line where entry_id = :id", "does not balance: no line"),
        ("update ledger_line set amount_minor = amount_minor * 2 where entry_id = :id",
         "ST #2: entry {id} was changed"),
        ("update journal_entry set occurred_on = occurred_on + 1 where id = :id",
         "ST #2: entry {id} was changed"),
        ("update journal_entry set posted_by = 'staff:1' where id = :id",
         "ST #2: entry {id} was changed"),
        ("delete from journal_seal where entry_id = :id", "ST #2 to #2: missing"),
        ("delete from journal_seal where entry_id = :id", "holds 2 entries, not what it held"),
        ("delete from journal_entry where id = :id", "ST #2: its entry {id} is missing"),
        ("update journal_seal set mac = 'x' where entry_id = :id", "the chain is broken before it"),
        ("update accounting_period set state = 'open'", "was closed, and is open now"),
        ("delete from accounting_period", "was closed, and is open now"),
        ("update accounting_period set month = month - interval '1 year'",
         "is closed, and the audit knows of no closing"),
    ],
)  # fmt: skip
def test_what_was_spoiled_is_named(session, books, change, said):
    entry_id = books[1].id
    as_owner(session, change, **({"id": entry_id} if ":id" in change else {}))
    faults = list(verify(session))
    assert [one for one in faults if said.format(id=entry_id) in one], faults


def test_an_entry_slipped_into_a_closed_month_is_named(session, books):
    late = make_entry(session, 9)
    as_owner(
        session, "update journal_entry set booked_on = :day where id = :id",
        day=LAST_MONTH, id=late.id,
    )  # fmt: skip
    seal_entries(session)
    assert any("holds 4 entries" in one for one in verify(session))


def test_an_entry_that_was_never_sealed_is_named_after_a_day(session):
    entry = make_entry(session)
    as_owner(
        session, "update journal_entry set posted_at = :at where id = :id",
        at=now() - timedelta(days=2), id=entry.id,
    )  # fmt: skip
    assert list(verify(session)) == [f"entry {entry.id} (sale:1) has no seal after a day"]


@pytest.mark.parametrize(("table", "name"), sorted(GUARDS))
def test_a_guard_that_is_off_is_named(session, table, name):
    session.execute(sql(f"alter table {table} disable trigger {name}"))
    assert list(verify(session)) == [f"{table}: the guard {name} is off"]
