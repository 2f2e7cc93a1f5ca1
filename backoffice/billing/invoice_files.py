"""The files of an invoice: made once after the commit, kept from then on, sent by e-mail."""

import hashlib
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.facturx import xml_of
from backoffice.billing.invoice import Invoice, InvoiceFile, InvoiceKind
from backoffice.billing.invoice_pdf import pdf_of
from backoffice.core.outbox import OutboxMessage, put_mail
from backoffice.core.store import file_store
from backoffice.core.work import unit_of_work
from backoffice.marketplace.erasing.model import PseudonymKey

PDF, XML = "application/pdf", "application/xml"


def render_invoice(session: Session, invoice_id: int) -> None:
    """Make an invoice's files and owe the e-mail that brings them; what is made is left alone."""
    with unit_of_work(session):
        invoice = session.get_one(Invoice, invoice_id, with_for_update={"of": Invoice})
        session.expire(invoice, ["file"])
        if invoice.file is not None or invoice.purged_on is not None:
            return
        xml = xml_of(invoice)
        pdf = pdf_of(invoice, xml)
        store = file_store()
        session.add(
            InvoiceFile(
                invoice=invoice, pdf_key=store.put(pdf), pdf_sha256=_digest(pdf),
                xml_key=store.put(xml), xml_sha256=_digest(xml), mail=_owe_mail(session, invoice),
            )
        )  # fmt: skip


def open_file(invoice: Invoice, ending: str) -> BinaryIO | None:
    """Open the kept `pdf` or `xml` of an invoice; None before it is made."""
    if invoice.file is None:
        return None
    return file_store().open(invoice.file.pdf_key if ending == "pdf" else invoice.file.xml_key)


def enclosed_invoice(session: Session, row: OutboxMessage) -> Invoice | None:
    """Return the invoice that an e-mail brings."""
    number = row.payload.get("invoice")
    return session.get(Invoice, number) if isinstance(number, int) else None


def _owe_mail(session: Session, invoice: Invoice) -> OutboxMessage | None:
    """Owe the e-mail; nobody is left to read it where the seller was erased."""
    seller = invoice.seller
    is_erased = select(PseudonymKey).where(
        PseudonymKey.party_kind == seller.party.kind, PseudonymKey.party_id == seller.id
    )
    if session.scalars(is_erased).first() is not None:
        return None
    is_credit = invoice.kind == InvoiceKind.CREDIT_NOTE
    return put_mail(
        session,
        event="credit_note.issued" if is_credit else "invoice.issued",
        to=seller.contact_email,
        locale=seller.locale,
        context={
            "invoice": invoice.id,
            "recipient": seller.representative,
            "title": seller.display_name,
            "reference": invoice.number,
            "gross_minor": invoice.gross_minor,
            "due_minor": invoice.gross_minor - invoice.paid_minor,
            "currency": invoice.currency,
            "begins_on": invoice.begins_on.isoformat(),
            "ends_on": invoice.ends_on.isoformat(),
            "due_on": invoice.due_on.isoformat(),
            "corrects": invoice.corrects.number if invoice.corrects else "",
            "reason": invoice.reason,
        },
    )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
