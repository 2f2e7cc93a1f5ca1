"""Invoices and credit notes to sellers, kept as they were issued; their files, made afterwards.

The database itself refuses a change, and totals that are not the sum of the lines: see the
migration.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

import backoffice.billing.ledger_model  # noqa: F401 (a table that a key leads to)
from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.outbox import OutboxMessage
from backoffice.core.text import N_
from backoffice.marketplace.seller import Seller


class InvoiceKind(StrEnum):
    """What a document does: asks for money, or gives back what another asked for."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


KINDS = {InvoiceKind.INVOICE: N_("Invoice"), InvoiceKind.CREDIT_NOTE: N_("Credit note")}
LETTERS = {InvoiceKind.INVOICE: "F", InvoiceKind.CREDIT_NOTE: "A"}
"""With what a number begins: facture, avoir."""


class VatCategory(StrEnum):
    """Which VAT holds, by its code of UNTDID 5305."""

    STANDARD = "S"
    REVERSE_CHARGE = "AE"  # owed by the customer (CGI art. 259-1 and 283-2)


class Invoice(Identified, Base):
    """One invoice or credit note, amounts in cents, with the parties as they were that day."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("kind", "year", "seq"),
        UniqueConstraint("source_type", "source_id"),
        CheckConstraint("kind in ('invoice', 'credit_note')", name="kind"),
        CheckConstraint("extract(year from issued_on) = year", name="year"),
        CheckConstraint("net_minor + vat_minor = gross_minor", name="gross_minor"),
        CheckConstraint("gross_minor > 0 and paid_minor between 0 and gross_minor", name="paid"),
        CheckConstraint("vat_category in ('S', 'AE')", name="vat_category"),
        CheckConstraint("begins_on <= ends_on", name="period"),
        CheckConstraint("(kind = 'credit_note') = (corrects_id is not null)", name="corrects_id"),
        CheckConstraint("purged_on > make_date(year + 10, 12, 31)", name="purged_on"),
        Index("ix_invoice_kept", "year", "id", postgresql_where=sql("purged_on is null")),
        Index("ix_invoice_issued", "issued_on", "id"),
        Index("ix_invoice_seller", "seller_id", "id"),
        Index("ix_invoice_siren", "seller_siren", "id"),
        Index("ix_invoice_corrects", "corrects_id"),
    )
    kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    year: Mapped[int] = mapped_column(Integer)
    seq: Mapped[int] = mapped_column(Integer)  # without gaps in its kind and year
    number: Mapped[str] = mapped_column(unique=True, info=marked(Personal.NONE))
    source_type: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    source_id: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    issued_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    begins_on: Mapped[date] = mapped_column(Date)  # of the period in which the service was given
    ends_on: Mapped[date] = mapped_column(Date)
    currency: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    vat_category: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    net_minor: Mapped[int] = mapped_column(BigInteger)
    vat_minor: Mapped[int] = mapped_column(BigInteger)
    gross_minor: Mapped[int] = mapped_column(BigInteger)
    paid_minor: Mapped[int] = mapped_column(BigInteger)  # when it was issued, e.g. withheld
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    reason: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))  # of a credit note

    issuer: Mapped[dict[str, Any]] = mapped_column(JSONB, info=marked(Personal.NONE))  # us, then
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    seller_name: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    seller_line1: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    seller_line2: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    seller_postal_code: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    seller_city: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    seller_country: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    seller_siren: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    seller_vat_number: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    # When what names the seller was emptied: see `invoice_retention`.
    purged_on: Mapped[date | None] = mapped_column(Date)

    seller: Mapped[Seller] = relationship()
    corrects: Mapped["Invoice | None"] = relationship(remote_side="Invoice.id")
    lines: Mapped[list["InvoiceLine"]] = relationship(order_by="InvoiceLine.position")
    file: Mapped["InvoiceFile | None"] = relationship(back_populates="invoice")


class InvoiceLine(Identified, Base):
    """One line of an invoice, in cents; what is given back on an invoice is below zero."""

    __tablename__ = "invoice_line"
    __table_args__ = (
        UniqueConstraint("invoice_id", "position"),
        CheckConstraint("net_minor + vat_minor = gross_minor", name="gross_minor"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("vat_bp between 0 and 10000", name="vat_bp"),
    )
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    position: Mapped[int] = mapped_column(Integer)
    label: Mapped[dict[str, Any]] = mapped_column(JSONB, info=marked(Personal.NONE))
    quantity: Mapped[int] = mapped_column(Integer)
    vat_bp: Mapped[int] = mapped_column(Integer)
    net_minor: Mapped[int] = mapped_column(BigInteger)
    vat_minor: Mapped[int] = mapped_column(BigInteger)
    gross_minor: Mapped[int] = mapped_column(BigInteger)

    @property
    def unit_net(self) -> Decimal:
        """Return the price of one without VAT, in whole currency, to four decimals."""
        each = Decimal(self.net_minor) / 100 / self.quantity
        return each.quantize(Decimal("0.01") if self.quantity == 1 else Decimal("0.0001"))


class InvoiceEntry(Base):
    """An entry of the ledger that is invoiced: its commission is charged or given back once."""

    __tablename__ = "invoice_entry"
    __table_args__ = (Index("ix_invoice_entry_invoice", "invoice_id"),)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("journal_entry.id"), primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))


class InvoiceFile(Base):
    """The files of an invoice as they were first made, and the e-mail that brought them."""

    __tablename__ = "invoice_file"
    __table_args__ = (
        Index("ix_invoice_file_pdf_key", "pdf_key"),
        Index("ix_invoice_file_xml_key", "xml_key"),
    )
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    pdf_key: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    pdf_sha256: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    xml_key: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    xml_sha256: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    made_at: Mapped[datetime] = mapped_column(default=now)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))

    invoice: Mapped[Invoice] = relationship(back_populates="file")
    mail: Mapped[OutboxMessage | None] = relationship()
