"""What a month was for a seller: each figure of its accounts with us, and the lines it is made of.

All from the seller's side: what we owe it is above zero. What lies on its own account at Stripe is
not in our books: of an order that was charged there they have the commission alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, Select, Subquery, func, or_, select, union
from sqlalchemy.orm import Session

from backoffice.billing.account_statement import CURRENCY, Statement
from backoffice.billing.entry_words import REVERSED
from backoffice.billing.invoice import Invoice
from backoffice.billing.ledger_model import JournalEntry, JournalSeal, LedgerAccount, LedgerLine
from backoffice.billing.month import last_day
from backoffice.billing.plan import Subscription
from backoffice.billing.plan_postings import SUBSCRIBERS
from backoffice.billing.postings import COMMISSIONS, LOSSES, SELLERS, VAT
from backoffice.core.clock import add_months, begin_of
from backoffice.core.text import N_
from backoffice.marketplace.order import Order
from backoffice.marketplace.seller import Seller

FIGURES = {
    SELLERS: {
        "orders": N_("Orders paid"),
        "commissions": N_("Commissions"),
        "given_back": N_("Commissions given back"),
        "collected": N_("Commissions, settled at Stripe"),
        "refunds": N_("Refunds to buyers"),
        "chargebacks": N_("Chargebacks"),
        "compensations": N_("Compensations by us"),
        "payouts": N_("Paid out to the seller"),
        "others": N_("Adjustments"),
    },
    SUBSCRIBERS: {
        "months": N_("Months of the plan"),
        "given_up": N_("Months given up"),
        "payments": N_("Payments of the plan"),
        "other_dues": N_("Adjustments of the plan"),
    },
}
PARTS = {SELLERS: N_("Sales"), SUBSCRIBERS: N_("Plan")}
OF_KIND = {
    "charge": "orders",
    "fee": "commissions",
    "fee_refund": "given_back",
    "refund": "refunds",
    "chargeback.withdrawn": "chargebacks",
    "chargeback.reinstated": "chargebacks",
    "transfer": "payouts",
    "transfer_reversal": "payouts",
    "plan_invoice.finalized": "months",
    "plan_invoice.uncollectible": "given_up",
    "plan_payment": "payments",
    "plan_refund": "payments",
}
OF_ORDERS = ("fee", "fee_refund", "transfer", "transfer_reversal")
"""Kinds that concern the seller of an order even where its own account does not move."""


class Move(NamedTuple):
    """One entry's share of a figure, in cents."""

    on: date
    entry_id: UUID
    number: str  # empty until it is sealed
    kind: str
    order: str
    source_id: str
    amount_minor: int


class Figure(NamedTuple):
    """One line of the statement, and the moves that make it up."""

    name: str
    label: str
    moves: list[Move]

    @property
    def amount_minor(self) -> int:
        """Return what they come to."""
        return sum(one.amount_minor for one in self.moves)


class Part(NamedTuple):
    """One account of the seller: before, what moved, after; the balances are the books' own."""

    code: str
    label: str
    opening_minor: int
    figures: list[Figure]
    closing_minor: int


@dataclass(frozen=True)
class SellerStatement:
    """A seller and the first day of the month."""

    seller: Seller
    month: date

    @property
    def last(self) -> date:
        """Return the last day of the month."""
        return last_day(self.month)

    def parts(self, session: Session) -> list[Part]:
        """Return the seller's account of sales and that of its plan; amounts in euro cents."""
        return [self._part(session, code) for code in PARTS]

    def plans(self, session: Session) -> Sequence[Subscription]:
        """Return the subscriptions that held in the month."""
        begin, end = begin_of(self.month), begin_of(add_months(self.month, 1))
        return session.scalars(
            select(Subscription)
            .where(Subscription.seller_id == self.seller.id, Subscription.starts_at < end)
            .where(or_(Subscription.ends_at.is_(None), Subscription.ends_at > begin))
            .order_by(Subscription.starts_at)
        ).all()

    def invoices(self, session: Session) -> Sequence[Invoice]:
        """Return the invoices and credit notes for services of the month."""
        return session.scalars(
            select(Invoice)
            .where(Invoice.seller_id == self.seller.id)
            .where(Invoice.begins_on.between(self.month, self.last))
            .order_by(Invoice.id)
        ).all()

    def _part(self, session: Session, code: str) -> Part:
        account = Statement(code, self.month, self.last, self.seller)
        figures = {name: Figure(name, label, []) for name, label in FIGURES[code].items()}
        for row in session.execute(self._entries(code)):
            for name, amount_minor in _shares(code, row):
                if amount_minor:
                    figures[name].moves.append(_move(row, amount_minor))
        return Part(
            code, PARTS[code], -account.balance_before(session, self.month),
            [one for one in figures.values() if one.moves],
            -account.balance_before(session, add_months(self.month, 1)),
        )  # fmt: skip

    def _entries(self, code: str) -> Select[Any]:
        """Select the month's entries, each with what it moved on the accounts that matter."""
        ours = (LedgerAccount.code == code) & (LedgerAccount.seller_id == self.seller.id)
        accounts = {
            "account_minor": ours,
            "commission_minor": LedgerAccount.code.in_((COMMISSIONS, VAT)),
            "borne_minor": LedgerAccount.code == LOSSES,
        }
        moved = func.sum(LedgerLine.amount_minor)
        sums = [
            func.coalesce(moved.filter(which), 0).label(name) for name, which in accounts.items()
        ]
        columns: tuple[Any, ...] = (
            JournalEntry.id, JournalEntry.booked_on, JournalEntry.journal, JournalSeal.seq,
            JournalEntry.kind, JournalEntry.source_id, Order.external_id, *sums,
        )  # fmt: skip
        return (
            select(*columns)
            .select_from(JournalEntry)
            .join(LedgerLine, LedgerLine.entry_id == JournalEntry.id)
            .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
            .outerjoin(JournalSeal, JournalSeal.entry_id == JournalEntry.id)
            .outerjoin(Order, Order.id == JournalEntry.order_id)
            .where(JournalEntry.booked_on.between(self.month, self.last))
            .where(JournalEntry.id.in_(select(self._concerned(code).c.id)))
            .where(LedgerLine.currency == CURRENCY)
            .group_by(JournalEntry.id, JournalSeal.seq, Order.external_id)
            .order_by(JournalEntry.booked_on, func.min(LedgerLine.id))
        )

    def _concerned(self, code: str) -> Subquery:
        own = (
            select(LedgerLine.entry_id.label("id"))
            .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
            .where(LedgerAccount.code == code, LedgerAccount.seller_id == self.seller.id)
        )
        kinds = [f"{kind}{end}" for kind in OF_ORDERS for end in ("", REVERSED)]
        sold = (
            select(JournalEntry.id)
            .join(Order, Order.id == JournalEntry.order_id)
            .where(Order.seller_id == self.seller.id, JournalEntry.kind.in_(kinds))
        )
        return union(own, sold).subquery() if code == SELLERS else own.subquery()


def _shares(code: str, row: Row[Any]) -> Iterator[tuple[str, int]]:
    """Yield of what figures an entry is a part; together they are what the account moved.

    A commission that Stripe took from the seller's own account was due and settled at once; what
    we compensate was due and paid out at once.
    """
    figure = OF_KIND.get(row.kind.removesuffix(REVERSED))
    amount = -int(row.account_minor)
    if figure not in FIGURES[code]:
        yield ("others" if code == SELLERS else "other_dues"), amount
    elif figure in ("commissions", "given_back"):
        yield figure, int(row.commission_minor)
        yield "collected", amount - int(row.commission_minor)
    elif figure == "payouts":
        yield "compensations", int(row.borne_minor)
        yield figure, amount - int(row.borne_minor)
    else:
        yield figure, amount


def _move(row: Row[Any], amount_minor: int) -> Move:
    number = f"{row.journal} {row.seq}" if row.seq else ""
    return Move(
        row.booked_on, row.id, number, row.kind, row.external_id or "", row.source_id, amount_minor
    )
