"""The books looked through from end to end: every figure that does not hold is named.

It trusts no guard of the database, since whoever owns the tables can switch them off.
"""

import hmac
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from backoffice.billing.ledger_model import (
    AccountingPeriod,
    JournalEntry,
    JournalSeal,
    LedgerLine,
    PeriodState,
)
from backoffice.billing.period import STREAM, VERBS, contents
from backoffice.billing.seal import START, mac_of
from backoffice.core.audit import AuditEntry
from backoffice.core.clock import now

GUARDS = frozenset(
    {
        ("journal_entry", "journal_entry_append_only"),
        ("journal_entry", "journal_entry_balanced"),
        ("journal_entry", "journal_entry_book"),
        ("journal_entry", "journal_entry_no_truncate"),
        ("journal_entry", "journal_entry_stamp"),
        ("ledger_line", "ledger_line_append_only"),
        ("ledger_line", "ledger_line_balanced"),
        ("ledger_line", "ledger_line_in_one_go"),
        ("ledger_line", "ledger_line_no_truncate"),
        ("ledger_account", "ledger_account_same"),
        ("journal_seal", "journal_seal_append_only"),
        ("journal_seal", "journal_seal_no_truncate"),
        ("accounting_period", "accounting_period_kept"),
        ("accounting_period", "accounting_period_no_truncate"),
        ("accounting_period", "accounting_period_same"),
    }
)
SEALED_WITHIN = timedelta(days=1)


def verify(session: Session) -> Iterator[str]:
    """Name every guard that is off, entry that does not balance, broken seal and spoiled month."""
    yield from _guards(session)
    yield from _unbalanced(session)
    yield from _seals(session)
    yield from _unsealed(session)
    yield from _months(session)


def _guards(session: Session) -> Iterator[str]:
    found = session.execute(
        sql(
            "select relname, tgname from pg_trigger join pg_class on pg_class.oid = tgrelid"
            " where tgenabled in ('O', 'A') and pg_class.relnamespace = 'public'::regnamespace"
        )
    )
    for table, name in sorted(GUARDS - {(table, name) for table, name in found}):
        yield f"{table}: the guard {name} is off"


def _unbalanced(session: Session) -> Iterator[str]:
    total = func.sum(LedgerLine.amount_minor)
    sums = session.execute(
        select(JournalEntry.idem_key, JournalEntry.id, LedgerLine.currency, total)
        .outerjoin(LedgerLine, LedgerLine.entry_id == JournalEntry.id)
        .group_by(JournalEntry.id, LedgerLine.currency)
        .having((func.count(LedgerLine.id) < 2) | (total != 0))
        .order_by(JournalEntry.posted_at)
    )
    for key, entry_id, currency, amount in sums:
        left = f"{amount} {currency} minor units" if currency else "no line"
        yield f"entry {entry_id} ({key}) does not balance: {left}"


def _seals(session: Session) -> Iterator[str]:
    """Follow the chain of each journal: numbers without gaps, every entry as it was sealed."""
    journal, seq, mac = "", 0, START
    query = select(JournalSeal).order_by(JournalSeal.journal, JournalSeal.seq)
    for seal in session.scalars(query.execution_options(yield_per=1000)):
        if seal.journal != journal:
            journal, seq, mac = seal.journal, 0, START
        name = f"{journal} #{seal.seq}"
        if seal.seq != seq + 1:
            yield f"{journal} #{seq + 1} to #{seal.seq - 1}: missing"
        elif not hmac.compare_digest(seal.prev_mac, mac):
            yield f"{name}: the chain is broken before it"
        if seal.entry is None:
            yield f"{name}: its entry {seal.entry_id} is missing"
        elif not hmac.compare_digest(seal.mac, mac_of(seal.entry, seal.seq, seal.prev_mac)):
            yield f"{name}: entry {seal.entry_id} was changed"
        seq, mac = seal.seq, seal.mac


def _unsealed(session: Session) -> Iterator[str]:
    late = session.execute(
        select(JournalEntry.id, JournalEntry.idem_key)
        .outerjoin(JournalSeal, JournalSeal.entry_id == JournalEntry.id)
        .where(JournalSeal.id.is_(None), JournalEntry.posted_at < now() - SEALED_WITHIN)
        .order_by(JournalEntry.posted_at)
    )
    for entry_id, key in late:
        yield f"entry {entry_id} ({key}) has no seal after a day"


def _months(session: Session) -> Iterator[str]:
    """Compare each month that was closed with what the audit says of it."""
    closings = session.scalars(
        select(AuditEntry).where(
            AuditEntry.stream == STREAM, AuditEntry.verb == VERBS[PeriodState.CLOSED]
        )
    )
    told = {one.detail.detail["month"]: one.detail.detail for one in closings if one.detail}
    query = select(AccountingPeriod).where(AccountingPeriod.state == PeriodState.CLOSED)
    closed = {one.month.isoformat() for one in session.scalars(query)}
    for month in sorted(closed | told.keys()):
        name = month[:7]
        if month not in told:
            yield f"{name} is closed, and the audit knows of no closing"
        elif month not in closed:
            yield f"{name} was closed, and is open now"
        entries, digest = contents(session, date.fromisoformat(month))
        if month in told and (entries, digest.hex()) != (
            told[month]["entries"], told[month]["digest"],
        ):  # fmt: skip
            yield f"{name} holds {entries} entries, not what it held when it was closed"
