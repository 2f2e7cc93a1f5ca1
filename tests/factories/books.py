"""The books as tests read them."""

from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from backoffice.billing.ledger_model import JournalEntry, LedgerAccount, LedgerLine
from backoffice.marketplace.order import Order


def check_books(session: Session) -> None:
    """Ask now what the database would ask at the commit."""
    session.flush()
    session.execute(sql("set constraints all immediate"))
    session.execute(sql("set constraints all deferred"))


def books(session: Session, order: Order) -> dict[str, int]:
    """Return what an order left on each account, in cents; accounts that are even are left out."""
    total = func.sum(LedgerLine.amount_minor)
    query = (
        select(LedgerAccount.code, total)
        .join(LedgerLine, LedgerLine.account_id == LedgerAccount.id)
        .join(JournalEntry, JournalEntry.id == LedgerLine.entry_id)
        .where(JournalEntry.order_id == order.id)
        .group_by(LedgerAccount.code)
        .having(total != 0)
    )
    return {code: int(amount) for code, amount in session.execute(query)}
