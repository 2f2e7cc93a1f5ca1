"""The months of the books: locked while they are looked through, then closed for good.

What happened in a month that is not open any more is booked on the first day of the next one that
is: the database does it, for whoever posts (PCG art. 921-3 and 921-4).
"""

from datetime import date
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.billing.deferral import defer
from backoffice.billing.ledger_model import (
    AccountingPeriod,
    JournalEntry,
    JournalSeal,
    PeriodState,
)
from backoffice.billing.month_checks import obstacles
from backoffice.core.audit import record
from backoffice.core.clock import add_months, now, paris_day
from backoffice.core.permissions import Actor
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text

STREAM = "ledger"
VERBS = {
    PeriodState.OPEN: "period.opened",
    PeriodState.LOCKED: "period.locked",
    PeriodState.CLOSED: "period.closed",
}


def lock_period(session: Session, month: date, actor: Actor) -> AccountingPeriod:
    """Let nothing more be posted into a month that is over; waits for what is being posted.

    What of its plans belongs to the next month is put off first.
    """
    if not is_over(month):
        raise NotPossible(text("This month is not over."))
    period = _held(session, month, PeriodState.OPEN)
    defer(session, month)
    return _move(session, period, PeriodState.LOCKED, actor)


def unlock_period(session: Session, month: date, actor: Actor) -> AccountingPeriod:
    """Open a locked month again; a closed one stays closed."""
    return _move(session, _held(session, month, PeriodState.LOCKED), PeriodState.OPEN, actor)


def close_period(session: Session, month: date, actor: Actor) -> AccountingPeriod:
    """Close a locked month for good; what it held is kept as a digest and in the audit.

    Raises NotPossible where it is not locked, an earlier one is not closed, an entry unsealed or a
    move at Stripe unmatched.
    """
    period = _held(session, month, PeriodState.LOCKED)
    if found := obstacles(session, month):
        raise NotPossible(found[0])
    period.entries, period.digest = contents(session, month)
    period.closed_at, period.closed_by = now(), actor.ref
    return _move(session, period, PeriodState.CLOSED, actor)


def is_over(month: date) -> bool:
    """Tell whether the last day of a month has passed in Paris."""
    return add_months(month, 1) <= paris_day(now())


def contents(session: Session, month: date) -> tuple[int, bytes]:
    """Return how many entries a month holds, and a digest of their seals."""
    macs = session.scalars(
        select(JournalSeal.mac)
        .join(JournalEntry, JournalEntry.id == JournalSeal.entry_id)
        .where(JournalEntry.booked_on >= month, JournalEntry.booked_on < add_months(month, 1))
        .order_by(JournalSeal.journal, JournalSeal.seq)
    ).all()
    return len(macs), sha256(b"".join(macs)).digest()


def _held(session: Session, month: date, state: PeriodState) -> AccountingPeriod:
    """Return a month once those who post into it have committed; nobody else moves it meanwhile."""
    session.execute(select(func.pg_advisory_xact_lock(func.accounting_period_key(month))))
    period = session.get(AccountingPeriod, month, populate_existing=True)
    if period is None:
        period = AccountingPeriod(month=month, state=PeriodState.OPEN)
        session.add(period)
    if period.state != state:
        raise NotPossible(text("This month is in another state by now. Open the page again."))
    return period


def _move(
    session: Session, period: AccountingPeriod, state: PeriodState, actor: Actor
) -> AccountingPeriod:
    period.state = state
    session.flush()
    record(session, stream=STREAM, verb=VERBS[state], actor=actor, detail={
        "month": period.month.isoformat(), "entries": period.entries,
        "digest": (period.digest or b"").hex(),
    })  # fmt: skip
    return period
