"""What each seller was paid by quarter of a year, net of what we took (Dir. 2021/514 annex V)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, Select, case, extract, func, literal, select
from sqlalchemy.orm import Session

from backoffice.billing.account_statement import CURRENCY
from backoffice.billing.entry_words import REVERSED
from backoffice.billing.ledger_model import JournalEntry, LedgerAccount, LedgerLine
from backoffice.billing.postings import COMMISSIONS, SELLERS, VAT
from backoffice.billing.stripe_object import StripeObject
from backoffice.core.clock import PARIS, begin_of
from backoffice.marketplace.order import ChargeType, Order

PAID = ("charge", "refund", "chargeback.withdrawn", "chargeback.reinstated")
FEES = ("fee", "fee_refund")
ZERO = literal(0)


@dataclass
class Quarter:
    """Three months of a seller, in euro cents, by the days on which things happened."""

    paid_minor: int = 0  # by buyers, less what they have back at the seller's cost
    fees_minor: int = 0  # our commissions, VAT included, less what was given back
    number: int = 0  # of orders paid

    @property
    def consideration_minor(self) -> int:
        """Return what was credited, net of fees, commissions and taxes (annex V, sect. I.A.10)."""
        return self.paid_minor - self.fees_minor


def activity(session: Session, year: int) -> dict[int, list[Quarter]]:
    """Return the four quarters of each seller that sold in a year, by the seller's id."""
    found: dict[int, list[Quarter]] = defaultdict(lambda: [Quarter() for _ in range(4)])
    for query in _sources(year):
        for seller_id, number, paid_minor, fees_minor, orders in session.execute(query):
            quarter = found[seller_id][number - 1]
            quarter.paid_minor += int(paid_minor)
            quarter.fees_minor += int(fees_minor)
            quarter.number += orders
    return dict(found)


def _sources(year: int) -> Iterator[Select[Any]]:
    yield _paid_through_us(year)
    yield _fees(year)
    yield _paid_directly(year)


def _paid_through_us(year: int) -> Select[Any]:
    """Select what the ledger holds of payments for sellers; a seller's own account is negative."""
    quarter = extract("quarter", JournalEntry.occurred_on).cast(Integer)
    orders = func.count(JournalEntry.order_id.distinct()).filter(JournalEntry.kind == "charge")
    columns: tuple[Any, ...] = (
        LedgerAccount.seller_id, quarter, -func.sum(LedgerLine.amount_minor), ZERO, orders,
    )  # fmt: skip
    return (
        select(*columns)
        .join(LedgerLine, LedgerLine.account_id == LedgerAccount.id)
        .join(JournalEntry, JournalEntry.id == LedgerLine.entry_id)
        .where(LedgerAccount.code == SELLERS, LedgerAccount.seller_id.is_not(None))
        .where(LedgerLine.currency == CURRENCY, JournalEntry.kind.in_(_with_reversals(PAID)))
        .where(JournalEntry.occurred_on.between(date(year, 1, 1), date(year, 12, 31)))
        .group_by(LedgerAccount.seller_id, quarter)
    )


def _fees(year: int) -> Select[Any]:
    """Select what the ledger holds of commissions, however Stripe collected them."""
    quarter = extract("quarter", JournalEntry.occurred_on).cast(Integer)
    columns: tuple[Any, ...] = (
        Order.seller_id, quarter, ZERO, -func.sum(LedgerLine.amount_minor), ZERO,
    )  # fmt: skip
    return (
        select(*columns)
        .join(JournalEntry, JournalEntry.order_id == Order.id)
        .join(LedgerLine, LedgerLine.entry_id == JournalEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .where(LedgerAccount.code.in_((COMMISSIONS, VAT)), LedgerLine.currency == CURRENCY)
        .where(JournalEntry.kind.in_(_with_reversals(FEES)))
        .where(JournalEntry.occurred_on.between(date(year, 1, 1), date(year, 12, 31)))
        .group_by(Order.seller_id, quarter)
    )


def _paid_directly(year: int) -> Select[Any]:
    """Select charges on sellers' own accounts, and their refunds, as Stripe told them.

    Our ledger has nothing of these but the commission.
    """
    second = StripeObject.payload["created"].as_integer()
    at = func.timezone(str(PARIS), func.to_timestamp(second))
    quarter = extract("quarter", at).cast(Integer)
    is_charge = StripeObject.type == "charge"
    signed = case((is_charge, StripeObject.amount_minor), else_=-StripeObject.amount_minor)
    begin, end = (int(begin_of(date(one, 1, 1)).timestamp()) for one in (year, year + 1))
    charges = func.count().filter(is_charge)
    columns: tuple[Any, ...] = (Order.seller_id, quarter, func.sum(signed), ZERO, charges)
    return (
        select(*columns)
        .join(StripeObject, StripeObject.order_id == Order.id)
        .where(Order.charge_type == ChargeType.DIRECT, StripeObject.currency == CURRENCY)
        .where(StripeObject.type.in_(("charge", "refund")), StripeObject.status == "succeeded")
        .where(second >= begin, second < end)
        .group_by(Order.seller_id, quarter)
    )


def _with_reversals(kinds: tuple[str, ...]) -> list[str]:
    return [f"{kind}{end}" for kind in kinds for end in ("", REVERSED)]
