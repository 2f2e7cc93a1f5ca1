"""Plans at the end of a month: what was asked for of the days after it is income of the next one.

A plan's month ends within the month of the books that follows, so what is put off is taken up there
whole (PCG account 487). Posted when a month is locked; locked again, what changed is posted.
"""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, Date, Numeric, cast, func, select
from sqlalchemy.orm import Session

from backoffice.billing.ledger import Line, Source
from backoffice.billing.ledger_batch import Posting, post_all
from backoffice.billing.ledger_model import JournalEntry, LedgerAccount, LedgerLine
from backoffice.billing.plan_invoice import InvoiceState, PlanInvoice
from backoffice.billing.plan_postings import SUBSCRIPTIONS
from backoffice.core.clock import add_months, begin_of

DEFERRED = "487"
JOURNAL = "OD"  # opérations diverses
SOURCE = "month"
KIND, RELEASE = "deferral", "deferral.released"


def defer(session: Session, month: date) -> None:
    """Post what of a month's plans belongs to the next, as far as it is not posted yet."""
    wanted, posted = _wanted(session, month), _posted(session, month)
    for currency in sorted(wanted.keys() | posted.keys()):
        difference = wanted.get(currency, 0) - posted.get(currency, 0)
        if difference:
            _post(session, month, currency, difference)


def _wanted(session: Session, month: date) -> dict[str, int]:
    """Return by currency the net of the days after a month's end that were asked for by then.

    Days are those of Paris; half a cent of an invoice rounds up.
    """
    following = add_months(month, 1)
    first, last = (
        cast(func.timezone("Europe/Paris", one), Date)
        for one in (PlanInvoice.period_start, PlanInvoice.period_end)
    )
    share = cast(PlanInvoice.net_minor * (last - following), Numeric) / (last - first)
    rows = session.execute(
        select(PlanInvoice.currency, func.sum(func.round(share)))
        .where(
            PlanInvoice.state != InvoiceState.VOID,
            PlanInvoice.finalized_at < begin_of(following),
            PlanInvoice.period_start < begin_of(following),
            PlanInvoice.period_end > begin_of(following),
            last > first,
        )
        .group_by(PlanInvoice.currency)
    )
    return {currency: int(total) for currency, total in rows}


def _posted(session: Session, month: date) -> dict[str, int]:
    rows = session.execute(
        select(LedgerLine.currency, func.sum(-LedgerLine.amount_minor))
        .join(JournalEntry, JournalEntry.id == LedgerLine.entry_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .where(*_own(month), LedgerAccount.code == DEFERRED)
        .group_by(LedgerLine.currency)
    )
    return {currency: int(total) for currency, total in rows}


def _post(session: Session, month: date, currency: str, amount_minor: int) -> None:
    """Post the day's end of the month and, on the first of the next, its opposite."""
    following = add_months(month, 1)
    number = 1 + (session.scalar(select(func.count()).where(*_own(month))) or 0)
    post_all(session, [
        Posting(
            idem_key=f"{kind}:{month:%Y-%m}:{number}", kind=kind, journal=JOURNAL, occurred_on=day,
            lines=[
                Line(SUBSCRIPTIONS, sign * amount_minor),
                Line(DEFERRED, -sign * amount_minor),
            ],
            source=Source(SOURCE, f"{month:%Y-%m}"), currency=currency,
            piece_ref=f"PCA-{month:%Y-%m}",
        )
        for kind, day, sign in ((KIND, following - timedelta(days=1), 1), (RELEASE, following, -1))
    ])  # fmt: skip


def _own(month: date) -> tuple[ColumnElement[bool], ...]:
    """Select the entries that put off income of a month."""
    return (
        JournalEntry.source_type == SOURCE,
        JournalEntry.source_id == f"{month:%Y-%m}",
        JournalEntry.kind == KIND,
    )
