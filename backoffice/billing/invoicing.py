"""Issuing invoices and credit notes: numbered without gaps, each once for its source.

The number is taken in the transaction that stores the invoice, under a lock that is held until
the commit: a rollback gives it back (CGI ann. II art. 242 nonies A, I-7°: one continuous,
chronological series).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.billing.invoice import LETTERS, Invoice, InvoiceKind, InvoiceLine, VatCategory
from backoffice.billing.invoice_parties import customer_of, customers_of, issuer, vat_category_of
from backoffice.billing.ledger import ConflictError, Source
from backoffice.core.audit import record
from backoffice.core.clock import now, paris_day
from backoffice.core.lock import lock
from backoffice.core.money import VatSplit, euros, split_vat
from backoffice.core.outbox import Channel, put_work
from backoffice.core.permissions import SYSTEM, Actor
from backoffice.core.refusal import NotPossible
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.seller import Seller

RENDER = "invoice.render"
STREAM = "invoices"
CREDITED = N_("Credit on invoice %(number)s")


class Item(NamedTuple):
    """What one line charges: the amount in cents with VAT, the rate in basis points."""

    label: Text
    gross_minor: int
    vat_bp: int
    quantity: int = 1


class Period(NamedTuple):
    """The first and the last day on which a service was given."""

    begins_on: date
    ends_on: date


class Asked(NamedTuple):
    """What is to be invoiced to a seller, for which source: today and due today unless told."""

    source: Source
    items: Sequence[Item]
    period: Period
    issued_on: date | None = None
    due_on: date | None = None
    paid_minor: int = 0
    currency: str = "EUR"


class Draft(NamedTuple):
    """All that an invoice says but its parties and its number."""

    kind: InvoiceKind
    source: Source
    issued_on: date
    due_on: date
    period: Period
    currency: str
    paid_minor: int
    lines: Sequence[InvoiceLine]
    customer: Mapping[str, str]
    vat_category: str
    corrects: Invoice | None = None
    reason: str = ""
    created_by: str = SYSTEM.ref


def issue(session: Session, seller: Seller, asked: Asked) -> Invoice:
    """Issue an invoice for services to a seller, or return the one that its source has already.

    Raises ConflictError where the source has an invoice of another seller or amount.
    """
    return _store(session, seller, _draft(asked, customer_of(session, seller)))


def issue_new(session: Session, asked: Sequence[tuple[Seller, Asked]]) -> list[Invoice]:
    """Issue invoices, all of today, for sources that have none: the database refuses a second."""
    take_turn(session)
    customers = customers_of(session, [seller for seller, _ in asked])
    return _write(session, [(one, _draft(what, customers[one.id])) for one, what in asked])


def credit(
    session: Session, invoice: Invoice, *, source: Source, reason: str = "",
    label: Text | None = None, amount_minor: int | None = None, issued_on: date | None = None,
    period: Period | None = None, by: Actor = SYSTEM,
) -> Invoice:  # fmt: skip
    """Issue a credit note for an amount of an invoice, VAT included, or for all that is left.

    Its reason is what somebody typed, its label what each of its lines says.
    Raises NotPossible where that much is not left.
    """
    take_turn(session)
    lock(session, invoice)
    if (issued := issued_for(session, source)) is not None:
        return issued
    left = left_of(session, invoice)
    total = sum(one.left_minor for one in left)
    amount = total if amount_minor is None else amount_minor
    if invoice.kind != InvoiceKind.INVOICE or not 0 < amount <= total:
        raise NotPossible(text("At most %(amount)s is left of this invoice.", amount=euros(total)))
    issued_on = issued_on or paris_day(now())
    label = label or text(CREDITED, number=invoice.number)
    draft = Draft(
        InvoiceKind.CREDIT_NOTE, source, issued_on, issued_on,
        period or Period(invoice.begins_on, invoice.ends_on), invoice.currency, amount,
        _credit_lines(label, left, amount, total), customer_of(session, invoice.seller),
        invoice.vat_category, invoice, reason, by.ref,
    )  # fmt: skip
    note = _store(session, invoice.seller, draft)
    record(session, stream=STREAM, verb="invoice.credited", actor=by,
           detail={"invoice": invoice.id, "credit_note": note.id})  # fmt: skip
    return note


class Left(NamedTuple):
    """What an invoice charges at one rate, and what of it was credited, in cents with VAT."""

    vat_bp: int
    charged_minor: int
    credited_minor: int

    @property
    def left_minor(self) -> int:
        """Return what can still be credited."""
        return self.charged_minor - self.credited_minor


def left_of(session: Session, invoice: Invoice) -> list[Left]:
    """Return what is left of an invoice to be credited, rate by rate."""
    credits = select(Invoice.id).where(Invoice.corrects_id == invoice.id)
    own = func.sum(InvoiceLine.gross_minor).filter(InvoiceLine.invoice_id == invoice.id)
    given = func.sum(InvoiceLine.gross_minor).filter(InvoiceLine.invoice_id != invoice.id)
    rows = session.execute(
        select(InvoiceLine.vat_bp, func.coalesce(own, 0), func.coalesce(given, 0))
        .where((InvoiceLine.invoice_id == invoice.id) | InvoiceLine.invoice_id.in_(credits))
        .group_by(InvoiceLine.vat_bp)
        .order_by(InvoiceLine.vat_bp)
    )
    return [Left(vat_bp, int(charged), int(credited)) for vat_bp, charged, credited in rows]


def issued_for(session: Session, source: Source) -> Invoice | None:
    """Return what was issued for a source."""
    return session.scalars(
        select(Invoice).where(Invoice.source_type == source.type, Invoice.source_id == source.id)
    ).first()


def take_turn(session: Session) -> None:
    """Wait for whoever issues at the same time: one lock for all kinds, so that none waits twice.

    What is read afterwards is what was committed before (READ COMMITTED).
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("invoice", 0))))


def _draft(asked: Asked, customer: Mapping[str, str]) -> Draft:
    issued_on = asked.issued_on or paris_day(now())
    category = vat_category_of(customer)
    return Draft(
        InvoiceKind.INVOICE, asked.source, issued_on, asked.due_on or issued_on, asked.period,
        asked.currency, asked.paid_minor, _lines(asked.items, category), customer, category,
    )  # fmt: skip


def _store(session: Session, seller: Seller, draft: Draft) -> Invoice:
    take_turn(session)
    gross_minor = sum(one.gross_minor for one in draft.lines)
    if (issued := issued_for(session, draft.source)) is not None:
        if (issued.seller_id, issued.gross_minor) != (seller.id, gross_minor):
            raise ConflictError(f"{draft.source} is invoiced as {issued.number}")
        return issued
    return _write(session, [(seller, draft)])[0]


def _write(session: Session, drafts: Sequence[tuple[Seller, Draft]]) -> list[Invoice]:
    """Number and store drafts of one kind and day, in their order; owe the files of each."""
    if not drafts:
        return []
    first = drafts[0][1]
    seq, issued_on = _next_number(session, first.kind, first.issued_on)
    invoices = [
        _invoice(seller, draft, seq + at, issued_on) for at, (seller, draft) in enumerate(drafts)
    ]
    session.add_all(invoices)
    session.flush()
    for invoice in invoices:
        put_work(session, Channel.BILLING, RENDER, {"invoice_id": invoice.id})
    return invoices


def _invoice(seller: Seller, draft: Draft, seq: int, issued_on: date) -> Invoice:
    return Invoice(
        kind=draft.kind, year=issued_on.year, seq=seq,
        number=f"{LETTERS[draft.kind]}-{issued_on.year}-{seq:06}",
        source_type=draft.source.type, source_id=draft.source.id,
        issued_on=issued_on, due_on=max(draft.due_on, issued_on),
        begins_on=draft.period.begins_on, ends_on=draft.period.ends_on, currency=draft.currency,
        vat_category=draft.vat_category,
        net_minor=sum(one.net_minor for one in draft.lines),
        vat_minor=sum(one.vat_minor for one in draft.lines),
        gross_minor=sum(one.gross_minor for one in draft.lines),
        paid_minor=draft.paid_minor, corrects=draft.corrects,
        reason=draft.reason, issuer=issuer(), seller=seller, created_by=draft.created_by,
        lines=list(draft.lines), **draft.customer,
    )  # fmt: skip


def _next_number(session: Session, kind: InvoiceKind, issued_on: date) -> tuple[int, date]:
    """Return the next number of a kind's year and its day, which is never before the last one's."""
    last = session.execute(
        select(Invoice.seq, Invoice.issued_on)
        .where(Invoice.kind == kind, Invoice.year == issued_on.year)
        .order_by(Invoice.seq.desc())
        .limit(1)
    ).first()
    return (last.seq + 1, max(last.issued_on, issued_on)) if last else (1, issued_on)


def _lines(items: Sequence[Item], category: VatCategory) -> list[InvoiceLine]:
    """Make the lines: VAT is computed once per rate, each line has its part of it."""
    is_reversed = category == VatCategory.REVERSE_CHARGE
    due = [one._replace(vat_bp=0) if is_reversed else one for one in items]
    lines: list[InvoiceLine] = []
    for vat_bp, alike in groupby(sorted(due, key=attrgetter("vat_bp")), attrgetter("vat_bp")):
        until = 0
        for item in alike:
            part = _part(until, item.gross_minor, vat_bp)
            lines.append(_line(len(lines) + 1, item.label, part, vat_bp, item.quantity))
            until += item.gross_minor
    return lines


def _credit_lines(
    label: Text, left: Sequence[Left], amount_minor: int, total_minor: int
) -> list[InvoiceLine]:
    """Make a line for each rate; the VAT of all credit notes together is the invoice's."""
    lines: list[InvoiceLine] = []
    until = given = 0
    for one in left:
        until += one.left_minor
        share = until * amount_minor // total_minor - given
        given += share
        if share:
            part = _part(one.credited_minor, share, one.vat_bp)
            lines.append(_line(len(lines) + 1, label, part, one.vat_bp))
    return lines


def _part(before_minor: int, gross_minor: int, vat_bp: int) -> VatSplit:
    """Split what is added to an amount: the split of all, less that of what was there."""
    until, before = split_vat(before_minor + gross_minor, vat_bp), split_vat(before_minor, vat_bp)
    return VatSplit(
        until.net_minor - before.net_minor, until.vat_minor - before.vat_minor, gross_minor
    )


def _line(
    position: int, label: Text, part: VatSplit, vat_bp: int, quantity: int = 1
) -> InvoiceLine:
    return InvoiceLine(
        position=position, label=label.to_json(), quantity=quantity, vat_bp=vat_bp,
        net_minor=part.net_minor, vat_minor=part.vat_minor, gross_minor=part.gross_minor,
    )  # fmt: skip
