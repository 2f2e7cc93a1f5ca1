"""What is looked through before a month of the books is closed, and whether each thing holds."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from backoffice.billing.ledger_model import (
    AccountingPeriod,
    JournalEntry,
    JournalSeal,
    PeriodState,
)
from backoffice.billing.month import waiting_events
from backoffice.billing.recon_model import (
    OPEN,
    AdjustmentState,
    BalanceSweep,
    ReconAdjustment,
    ReconMatch,
)
from backoffice.core.clock import add_months, begin_of
from backoffice.core.text import Text, text


class Check(NamedTuple):
    """One thing that should hold of a month, said as it is; `month` is the one to go on with."""

    name: str
    holds: bool
    said: Text
    is_needed: bool = True  # else it is only good to know: the month can be closed
    month: date | None = None


def close_checks(session: Session, month: date) -> list[Check]:
    """Return what is looked through before a month is closed, in the order of the work."""
    return [
        _events(session, month),
        *at_stripe(session, month),
        _earlier(session, month),
        _numbers(session, month),
    ]


def obstacles(session: Session, month: date) -> list[Text]:
    """Return what must be done before a month can be closed."""
    checks = close_checks(session, month)
    return [one.said for one in checks if one.is_needed and not one.holds]


def at_stripe(session: Session, month: date) -> list[Check]:
    """Return the checks of a month's money at Stripe.

    None where no transaction of Stripe's was ever read: then there is nothing to compare with.
    """
    sweep = session.get(BalanceSweep, 1)
    if sweep is None:
        return []
    begin, end = begin_of(month), begin_of(add_months(month, 1))
    moved = and_(ReconMatch.moved_at >= begin, ReconMatch.moved_at < end)
    unmatched = select(ReconMatch.id).where(moved, ReconMatch.state.in_(OPEN))
    waiting = (
        select(ReconAdjustment.id)
        .join(ReconMatch, ReconMatch.id == ReconAdjustment.match_id)
        .where(moved, ReconAdjustment.state == AdjustmentState.ASKED)
    )
    return [
        _check(
            "read", sweep.complete_at is not None and sweep.complete_at >= end,
            text("Stripe’s transactions of this month are all read."),
            text("Stripe’s transactions of this month are not all read yet."),
        ),
        _check(
            "matched", not session.scalar(select(unmatched.exists())),
            text("Each of Stripe’s transactions of this month matches an entry or is explained."),
            text("Some of Stripe’s transactions of this month match no entry."),
        ),
        _check(
            "confirmed", not session.scalar(select(waiting.exists())),
            text("No adjusting entry of this month waits for a second person."),
            text("An adjusting entry of this month waits for a second person."),
        ),
    ]  # fmt: skip


def _events(session: Session, month: date) -> Check:
    waiting = waiting_events(session, month)
    told = text("Stripe’s events of this month that are not in the books: %(count)s.",
                count=str(waiting))  # fmt: skip
    holds = text("All of Stripe’s events of this month are in the books.")
    return _check("events", not waiting, holds, told)._replace(is_needed=False)


def _earlier(session: Session, month: date) -> Check:
    """Tell whether something is booked in an earlier month that is not closed: the first such."""
    begin = func.date_trunc("month", JournalEntry.booked_on)
    first = session.scalar(
        select(func.min(JournalEntry.booked_on))
        .outerjoin(AccountingPeriod, AccountingPeriod.month == begin)
        .where(
            JournalEntry.booked_on < month,
            AccountingPeriod.state.is_distinct_from(PeriodState.CLOSED),
        )
    )
    check = _check("earlier", first is None, text("The earlier months are closed."),
                   text("Close the earlier months first."))  # fmt: skip
    return check._replace(month=first.replace(day=1) if first else None)


def _numbers(session: Session, month: date) -> Check:
    unsealed = (
        select(JournalEntry.id)
        .outerjoin(JournalSeal, JournalSeal.entry_id == JournalEntry.id)
        .where(
            JournalEntry.booked_on >= month,
            JournalEntry.booked_on < add_months(month, 1),
            JournalSeal.id.is_(None),
        )
    )
    return _check(
        "numbers", not session.scalar(select(unsealed.exists())),
        text("Every entry of this month has its number."),
        text("Some entries have no number yet. They get one within a minute."),
    )  # fmt: skip


def _check(name: str, holds: bool, good: Text, missing: Text) -> Check:
    return Check(name, holds, good if holds else missing)
