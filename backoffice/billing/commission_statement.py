"""The commissions of a month, invoiced to each seller once: already paid, Stripe withheld them.

What is invoiced is what the ledger holds, entry by entry: an entry that came late, or of a seller
whose refunds are not yet made up for, goes with a later month.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from backoffice.billing.commission import Commission
from backoffice.billing.invoice import Invoice, InvoiceEntry, InvoiceKind, VatCategory
from backoffice.billing.invoicing import (
    Asked,
    Item,
    Period,
    credit,
    issue,
    issued_for,
    left_of,
    take_turn,
)
from backoffice.billing.ledger import Line, Source, post
from backoffice.billing.ledger_model import JournalEntry, LedgerAccount, LedgerLine
from backoffice.billing.postings import COMMISSIONS, VAT, VAT_BP
from backoffice.core.clock import add_months, now, paris_day
from backoffice.core.outbox import Channel, put_work
from backoffice.core.text import text
from backoffice.core.work import unit_of_work
from backoffice.marketplace.order import Order, OrderLine
from backoffice.marketplace.seller import Seller

INVOICE_COMMISSIONS = "invoice.commissions"
COMMISSION = "commission"
WAIT_DAYS = 3  # for which Stripe tries again to tell us what happened
AT_ONCE = 50  # sellers in one transaction: whoever else issues waits for it
SALES = "VE"  # the journal
LOST, GAINED = "658", "758"
EARNED = text("Commissions on your sales")
GIVEN_BACK = text("Commissions given back on refunds")


def owe_commission_invoices(session: Session) -> int:
    """Owe the invoices of the month before, those that are missing; returns to how many sellers."""
    today = paris_day(now())
    first = today.replace(day=1)
    if today < first + timedelta(days=WAIT_DAYS):
        return 0
    return issue_commission_invoices(session, add_months(first, -1))


def issue_commission_invoices(session: Session, month: date) -> int:
    """Owe the invoices of all commissions booked until a month's end, piece by piece."""
    due = _not_invoiced(add_months(month, 1)).subquery()
    sellers = session.scalars(select(due.c.seller_id).distinct().order_by(due.c.seller_id)).all()
    for at in range(0, len(sellers), AT_ONCE):
        work = {"month": month.isoformat(), "seller_ids": list(sellers[at : at + AT_ONCE])}
        put_work(session, Channel.BILLING, INVOICE_COMMISSIONS, work)
    return len(sellers)


def invoice_commissions(session: Session, month: str, seller_ids: Sequence[int]) -> None:
    """Invoice some sellers, in one transaction; who has the month's invoice has no second one."""
    with unit_of_work(session):
        take_turn(session)
        first = date.fromisoformat(month)
        due = _not_invoiced(add_months(first, 1), seller_ids)
        alike = attrgetter("seller_id", "currency")
        rows = sorted(session.execute(due), key=alike)
        for (seller_id, currency), entries in groupby(rows, alike):
            source = Source(COMMISSION, f"{first:%Y-%m}:{seller_id}:{currency}")
            if issued_for(session, source) is None:
                _invoice(session, seller_id, source, first, list(entries))


def _invoice(
    session: Session, seller_id: int, source: Source, first: date, entries: list[Any]
) -> None:
    """Issue what a seller's entries come to: an invoice, or credit notes where more went back."""
    seller, currency = session.get_one(Seller, seller_id), entries[0].currency
    period = Period(first, add_months(first, 1) - timedelta(days=1))
    total = sum(one.gross_minor for one in entries)
    if total > 0:
        items = list(_items(entries))
        asked = Asked(source, items, period, paid_minor=total, currency=currency)
        issued = [issue(session, seller, asked)]
    else:
        issued = _credit(session, seller, source, period, -total, currency)
    if issued:
        session.add_all(
            InvoiceEntry(entry_id=one.entry_id, invoice_id=issued[0].id) for one in entries
        )
        _round(session, issued, sum(one.vat_minor for one in entries))


def _items(entries: Iterable[Any]) -> Iterable[Item]:
    """Yield a line for what was earned and one for what was given back, at each rate."""
    by_rate = attrgetter("vat_bp")
    for vat_bp, alike in groupby(sorted(entries, key=by_rate), by_rate):
        amounts = [one.gross_minor for one in alike]
        earned = sum(one for one in amounts if one > 0)
        for label, amount in ((EARNED, earned), (GIVEN_BACK, sum(amounts) - earned)):
            if amount:
                yield Item(label, amount, vat_bp)


def _credit(
    session: Session, seller: Seller, source: Source, period: Period, amount_minor: int,
    currency: str,
) -> list[Invoice]:  # fmt: skip
    """Credit the seller's invoices, the last one first; none where they are not enough."""
    invoices = session.scalars(
        select(Invoice)
        .where(Invoice.seller_id == seller.id, Invoice.kind == InvoiceKind.INVOICE)
        .where(Invoice.source_type == COMMISSION, Invoice.currency == currency)
        .order_by(Invoice.id.desc())
    )
    parts, missing = [], amount_minor
    for one in invoices:
        part = min(missing, sum(rate.left_minor for rate in left_of(session, one)))
        if part:
            parts.append((one, part))
            missing -= part
    if missing:
        return []
    return [
        credit(session, one, source=Source(source.type, f"{source.id}:{at}" if at else source.id),
               label=GIVEN_BACK, amount_minor=part, period=period)
        for at, (one, part) in enumerate(parts)
    ]  # fmt: skip


def _round(session: Session, issued: Sequence[Invoice], posted_minor: int) -> None:
    """Bring the VAT in the books to that of the invoices, computed once per rate.

    Cents go to the accounts of rounding; what a customer owes itself was never VAT of ours.
    """
    first = issued[0]
    sign = 1 if first.kind == InvoiceKind.INVOICE else -1
    over_minor = posted_minor - sign * sum(one.vat_minor for one in issued)
    if first.vat_category == VatCategory.REVERSE_CHARGE:
        other = COMMISSIONS
    else:
        other = GAINED if over_minor > 0 else LOST
    if over_minor:
        post(
            session, idem_key=f"invoice:{first.number}:rounding", kind="invoice.rounding",
            journal=SALES, occurred_on=first.issued_on, piece_ref=first.number,
            lines=[Line(VAT, over_minor), Line(other, -over_minor)], currency=first.currency,
            source=Source("invoice", str(first.id)),
        )  # fmt: skip


def _not_invoiced(before: date, seller_ids: Sequence[int] | None = None) -> Select[Any]:
    """Select the entries of commissions booked before a day that no invoice has, in cents."""
    rate = (
        select(Commission.vat_bp)
        .join(OrderLine, OrderLine.id == Commission.order_line_id)
        .where(OrderLine.order_id == Order.id)
        .order_by(OrderLine.id)
        .limit(1)
        .scalar_subquery()
    )
    gross = -func.sum(LedgerLine.amount_minor)
    vat = -func.coalesce(func.sum(LedgerLine.amount_minor).filter(LedgerAccount.code == VAT), 0)
    columns: tuple[Any, ...] = (
        Order.seller_id, JournalEntry.id.label("entry_id"), LedgerLine.currency,
        func.coalesce(rate, VAT_BP).label("vat_bp"), gross.label("gross_minor"),
        vat.label("vat_minor"),
    )  # fmt: skip
    found: Select[Any] = (
        select(*columns)
        .select_from(Order)
        .join(JournalEntry, JournalEntry.order_id == Order.id)
        .join(LedgerLine, LedgerLine.entry_id == JournalEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .where(LedgerAccount.code.in_((COMMISSIONS, VAT)), LedgerAccount.book == "main")
        .where(JournalEntry.booked_on < before)
        .where(~exists().where(InvoiceEntry.entry_id == JournalEntry.id))
        .group_by(Order.seller_id, Order.id, JournalEntry.id, LedgerLine.currency)
    )
    return found if seller_ids is None else found.where(Order.seller_id.in_(seller_ids))
