"""What each account did on each day, summed up once its entries are sealed: figures in no time.

Posting never touches it. What was sealed or posted since is added when figures are read, so that
they are those of the lines, to the cent; built anew from nothing it is the same.
"""

from datetime import date

from sqlalchemy import BigInteger, CompoundSelect, Date, Select, case, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.billing.ledger_model import JournalEntry, JournalSeal, LedgerAccount, LedgerLine
from backoffice.billing.seal import LONGEST_TRANSACTION
from backoffice.core.base import Base, Personal, marked

SEALS_AT_ONCE = 200_000
COLUMNS = ("code", "currency", "kind", "day", "debit_minor", "credit_minor")


class LedgerDay(Base):
    """Both sides of an account on a day, by the kind of entry; of all sellers together; cents."""

    __tablename__ = "ledger_day"
    code: Mapped[str] = mapped_column(primary_key=True, info=marked(Personal.NONE))
    currency: Mapped[str] = mapped_column(primary_key=True, info=marked(Personal.NONE))
    kind: Mapped[str] = mapped_column(primary_key=True, info=marked(Personal.NONE))
    day: Mapped[date] = mapped_column(Date, primary_key=True, index=True)  # in the books
    debit_minor: Mapped[int] = mapped_column(BigInteger)
    credit_minor: Mapped[int] = mapped_column(BigInteger)


class LedgerDayMark(Base):
    """The last seal whose entry is summed up; one row."""

    __tablename__ = "ledger_day_mark"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seal_id: Mapped[int] = mapped_column(BigInteger)


def sum_days(session: Session) -> int:
    """Add what was sealed since the last time; returns the last seal that is in now."""
    session.execute(insert(LedgerDayMark).values(id=1, seal_id=0).on_conflict_do_nothing())
    mark = session.get_one(LedgerDayMark, 1, with_for_update=True, populate_existing=True)
    following = (
        select(JournalSeal.id)
        .where(JournalSeal.id > mark.seal_id)
        .order_by(JournalSeal.id)
        .limit(SEALS_AT_ONCE)
        .subquery()
    )
    newest = session.scalar(select(func.max(following.c.id)))
    if newest is None:
        return mark.seal_id
    sealed = _sums().join(JournalSeal, JournalSeal.entry_id == JournalEntry.id)
    rows = sealed.where(JournalSeal.id > mark.seal_id, JournalSeal.id <= newest)
    added = insert(LedgerDay).from_select(COLUMNS, rows)
    session.execute(
        added.on_conflict_do_update(
            index_elements=["code", "currency", "kind", "day"],
            set_={
                "debit_minor": LedgerDay.debit_minor + added.excluded.debit_minor,
                "credit_minor": LedgerDay.credit_minor + added.excluded.credit_minor,
            },
        )
    )
    mark.seal_id = newest
    session.flush()
    return newest


def days(session: Session) -> CompoundSelect[str, str, str, date, int, int]:
    """Return the sums by account, kind and day, with what was posted since they were made."""
    mark = session.scalar(select(LedgerDayMark.seal_id)) or 0
    kept = select(
        LedgerDay.code, LedgerDay.currency, LedgerDay.kind, LedgerDay.day,
        LedgerDay.debit_minor, LedgerDay.credit_minor,
    )  # fmt: skip
    since = session.scalar(
        select(JournalEntry.posted_at)
        .join(JournalSeal, JournalSeal.entry_id == JournalEntry.id)
        .where(JournalSeal.id == mark)
    )
    late = (
        _sums()
        .outerjoin(JournalSeal, JournalSeal.entry_id == JournalEntry.id)
        .where(or_(JournalSeal.id.is_(None), JournalSeal.id > mark))
    )
    if since is not None:
        late = late.where(JournalEntry.posted_at > since - LONGEST_TRANSACTION)
    return kept.union_all(late)


def _sums() -> Select[str, str, str, date, int, int]:
    amount = LedgerLine.amount_minor
    zero = literal(0, BigInteger)
    return (
        select(
            LedgerAccount.code,
            LedgerLine.currency,
            JournalEntry.kind,
            JournalEntry.booked_on,
            func.sum(case((amount > 0, amount), else_=zero)).cast(BigInteger),
            func.sum(case((amount < 0, -amount), else_=zero)).cast(BigInteger),
        )
        .select_from(LedgerLine)
        .join(JournalEntry, JournalEntry.id == LedgerLine.entry_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .group_by(
            LedgerAccount.code, LedgerLine.currency, JournalEntry.kind, JournalEntry.booked_on
        )
    )
