"""What each seller's own part of an account held at the end of a day, the largest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Select, Subquery, exists, func, select
from sqlalchemy.orm import Session

from backoffice.billing.account_statement import CURRENCY
from backoffice.billing.ledger_model import JournalEntry, LedgerAccount, LedgerLine
from backoffice.core.money import Money
from backoffice.core.text import N_
from backoffice.marketplace.seller import Seller
from backoffice.web.pagination import Keyset, Page
from backoffice.web.sheet import AsIs

HEADINGS = (N_("Seller"), N_("Name"), N_("Balance"))


@dataclass(frozen=True)
class SellerBalances:
    """Of which account, and on which day; in euro cents, credits below zero."""

    code: str
    on: date

    def total(self, session: Session) -> int:
        """Return what all sellers together have."""
        found = self._balances()
        return int(session.scalar(select(func.coalesce(func.sum(found.c.balance_minor), 0))) or 0)

    def page(self, session: Session, cursor: str | None, size: int) -> Page:
        """Return one page of those that are not even."""
        rows, order = self._ordered()
        return order.page(session, rows, cursor, size)

    def file_rows(self, session: Session) -> Iterator[tuple[Any, ...]]:
        """Yield all as rows of a file."""
        yield HEADINGS
        rows, order = self._ordered()
        for one in session.execute(order.limit(rows, None)):
            yield AsIs(one.external_id), AsIs(one.legal_name), Money(one.balance_minor)

    def _ordered(self) -> tuple[Select[Any], Keyset]:
        found = self._balances()
        rows: Select[Any] = select(
            Seller.external_id, Seller.legal_name, found.c.balance_minor
        ).join_from(found, Seller, Seller.id == found.c.seller_id)
        size = func.abs(found.c.balance_minor).cast(BigInteger)
        return rows, Keyset((size, Seller.id), descending=True)

    def _balances(self) -> Subquery:
        total = func.sum(LedgerLine.amount_minor).cast(BigInteger)
        return (
            select(LedgerAccount.seller_id, total.label("balance_minor"))
            .join(LedgerLine, LedgerLine.account_id == LedgerAccount.id)
            .join(JournalEntry, JournalEntry.id == LedgerLine.entry_id)
            .where(LedgerAccount.code == self.code, LedgerAccount.currency == CURRENCY)
            .where(LedgerAccount.seller_id.is_not(None), JournalEntry.booked_on <= self.on)
            .group_by(LedgerAccount.seller_id)
            .having(total != 0)
            .subquery()
        )


def has_sellers(session: Session, code: str) -> bool:
    """Tell whether an account is kept seller by seller."""
    own = exists().where(LedgerAccount.code == code, LedgerAccount.seller_id.is_not(None))
    return bool(session.scalar(select(own)))
