"""The statement of an account: its lines day by day, with what it held before and after each."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from backoffice.billing.ledger_day import days
from backoffice.billing.ledger_model import JournalEntry, JournalSeal, LedgerAccount, LedgerLine
from backoffice.core.clock import add_months, now, paris_day, read_day
from backoffice.core.money import parse_euros
from backoffice.core.text import Text, text
from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.order import Order
from backoffice.marketplace.seller import Seller
from backoffice.web.pagination import Keyset

EPOCH = date(2000, 1, 1)
CURRENCY = "EUR"
COLUMNS: tuple[Any, ...] = (
    LedgerLine.amount_minor, LedgerLine.id.label("line_id"), JournalEntry.id.label("entry_id"),
    JournalEntry.booked_on, JournalEntry.kind, JournalEntry.journal, JournalEntry.piece_ref,
    JournalEntry.source_id, JournalSeal.seq, Seller.external_id, Seller.legal_name,
)  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """Which lines of an account are shown, as the address says it."""

    code: str
    first: date
    last: date
    seller: Seller | None = None
    kind: str = ""
    sought: str = ""
    journal: str = ""
    least_minor: int = 0  # of a line, on either side

    @property
    def is_whole(self) -> bool:
        """Tell whether every line of the days is shown, so that a balance has a sense."""
        return not (self.kind or self.sought or self.journal or self.least_minor)

    @property
    def order(self) -> Keyset:
        """Return the order: by the day in the books, then as they were posted."""
        return Keyset((JournalEntry.booked_on - EPOCH, LedgerLine.id))

    def rows(self) -> Select[Any]:
        """Select the lines, each with its entry, order, seller and number, in no order."""
        query = (
            select(*COLUMNS)
            .select_from(LedgerLine)
            .join(JournalEntry, JournalEntry.id == LedgerLine.entry_id)
            .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
            .outerjoin(JournalSeal, JournalSeal.entry_id == JournalEntry.id)
            .outerjoin(Seller, Seller.id == LedgerAccount.seller_id)
            .where(self._of_account(), JournalEntry.booked_on.between(self.first, self.last))
        )  # fmt: skip
        if self.kind:
            query = query.where(JournalEntry.kind == self.kind)
        if self.journal:
            query = query.where(JournalEntry.journal == self.journal)
        if self.least_minor:
            query = query.where(func.abs(LedgerLine.amount_minor) >= self.least_minor)
        if self.sought:
            query = query.where(
                or_(
                    JournalEntry.source_id == self.sought,
                    JournalEntry.piece_ref == self.sought,
                    JournalEntry.order_id.in_(
                        select(Order.id).where(Order.external_id == self.sought)
                    ),
                )
            )
        return query

    def balance_before(self, session: Session, day: date, line_id: int = 0) -> int:
        """Return what the account held before a day, or before a line of it; cents."""
        before = (
            self._summed(session, day)
            if self.seller is None
            else self._counted(session, JournalEntry.booked_on < day)
        )
        if line_id:
            on_day = and_(JournalEntry.booked_on == day, LedgerLine.id < line_id)
            before += self._counted(session, on_day)
        return before

    def _summed(self, session: Session, day: date) -> int:
        one = days(session).subquery()
        total = func.coalesce(func.sum(one.c.debit_minor - one.c.credit_minor), 0)
        query = select(total).where(
            one.c.code == self.code, one.c.currency == CURRENCY, one.c.day < day
        )
        return int(session.scalar(query) or 0)

    def _counted(self, session: Session, which: ColumnElement[bool]) -> int:
        query = (
            select(func.coalesce(func.sum(LedgerLine.amount_minor), 0))
            .join(JournalEntry, JournalEntry.id == LedgerLine.entry_id)
            .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
            .where(self._of_account(), which)
        )
        return int(session.scalar(query) or 0)

    def _of_account(self) -> ColumnElement[bool]:
        mine = LedgerAccount.seller_id == self.seller.id if self.seller else true()
        return and_(LedgerAccount.code == self.code, LedgerAccount.currency == CURRENCY, mine)


def read_days(given_first: str, given_last: str) -> tuple[date, date, list[Text]]:
    """Read the days of an address: this month where none is given; what cannot be read is told."""
    first = paris_day(now()).replace(day=1)
    last = date.fromordinal(add_months(first, 1).toordinal() - 1)
    problems = []
    try:
        first = read_day(given_first) if given_first else first
        last = read_day(given_last) if given_last else max(last, first)
    except ValueError:
        problems.append(text("Write days as 2026-11-30."))
    if last < first:
        problems.append(text("The last day comes before the first."))
    return first, last, problems


def read_least(given: str) -> tuple[int, list[Text]]:
    """Read a smallest amount of an address, in cents; what cannot be read is told."""
    try:
        return (parse_euros(given) if given.strip() else 0), []
    except InvalidInput as problem:
        return 0, [problem.text]
