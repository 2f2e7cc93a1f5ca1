"""The invoice as data: EN 16931 XML (Factur-X, profile EN 16931), put into its PDF as PDF/A-3.

Keys are the business terms of EN 16931 (BT-…, BG-…); in them the seller is we, and the buyer is
our seller. What the French rules add (notes PMT, PMD, AAB; BT-23) is in XP Z12-012.
"""

import logging
from decimal import Decimal
from io import BytesIO
from typing import Any

from facturx import generate_cii_xml, generate_from_binary
from flask_babel import force_locale
from PIL import ImageCms
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from backoffice.billing.invoice import Invoice, InvoiceKind, InvoiceLine, VatCategory
from backoffice.billing.invoice_words import (
    company_line,
    legal_notes,
    payment_terms,
    rates,
    reverse_charge,
)
from backoffice.web.text import say

logging.getLogger("factur-x").setLevel(logging.WARNING)  # it tells of every file it makes

PROFILE = "en16931"
TYPE_CODES = {InvoiceKind.INVOICE: "380", InvoiceKind.CREDIT_NOTE: "381"}  # UNTDID 1001
SIREN_SCHEME, ADDRESS_SCHEME = "0002", "0225"  # ISO 6523; where French e-invoices are sent to
SERVICES_DUE, SERVICES_PAID = "S1", "S2"  # BT-23
PIECE = "C62"  # UNECE Rec. 20: one
LANGUAGE = "fr"  # of accounting documents (C. com. L123-22)


def xml_of(invoice: Invoice) -> bytes:
    """Return an invoice's XML, valid by the schema; raises where it is not."""
    with force_locale(LANGUAGE):
        xml: bytes = generate_cii_xml(
            _terms(invoice), level=PROFILE, check_xsd=True, check_schematron=False
        )
    return xml


def with_xml(pdf: bytes, xml: bytes, invoice: Invoice, title: str) -> bytes:
    """Return a PDF as PDF/A-3 that carries the XML (ISO 19005-3; Factur-X 1.0, 6)."""
    said = {
        "author": invoice.issuer["name"],
        "title": title,
        "subject": title,
        "keywords": "Factur-X",
    }
    return generate_from_binary(
        _with_colours(pdf), xml, flavor="factur-x", level=PROFILE, check_xsd=False,
        pdf_metadata=said, lang=LANGUAGE, afrelationship="alternative", xmp_compression=False,
    )  # fmt: skip


def _terms(invoice: Invoice) -> dict[str, Any]:
    is_paid = invoice.paid_minor == invoice.gross_minor
    found: dict[str, Any] = {
        "BT-1": invoice.number,
        "BT-2": invoice.issued_on,
        "BT-3": TYPE_CODES[InvoiceKind(invoice.kind)],
        "BT-5": invoice.currency,
        "BT-9": invoice.due_on,
        "BT-20": payment_terms(invoice),
        "BT-23": SERVICES_PAID if is_paid else SERVICES_DUE,
        "BT-72": invoice.ends_on,
        "BT-73": invoice.begins_on,
        "BT-74": invoice.ends_on,
        "BT-106": _amount(invoice.net_minor),
        "BT-109": _amount(invoice.net_minor),
        "BT-110": _amount(invoice.vat_minor),
        "BT-112": _amount(invoice.gross_minor),
        "BT-113": _amount(invoice.paid_minor),
        "BT-115": _amount(invoice.gross_minor - invoice.paid_minor),
        "BG-1": [{"BT-21": code, "BT-22": note} for code, note in legal_notes(invoice).items()],
        "BG-4": _issuer(invoice.issuer),
        "BG-7": _customer(invoice),
        "BG-23": _breakdown(invoice),
        "BG-25": [_line(invoice, one) for one in invoice.lines],
    }
    if invoice.reason:
        found["BG-1"].append({"BT-22": invoice.reason})
    if invoice.corrects:
        found["BG-3"] = [{"BT-25": invoice.corrects.number, "BT-26": invoice.corrects.issued_on}]
    return found


def _issuer(issuer: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": issuer["name"],
        "legal_info": company_line(issuer),
        "legal_identifier": issuer["siren"],
        "legal_identifier_schemeid": SIREN_SCHEME,
        "vat_identifier": issuer["vat_number"],
        "addr_l1": issuer["line1"],
        "postcode": issuer["postal_code"],
        "city": issuer["city"],
        "country_code": issuer["country"],
        "einvoicing_addr": issuer["siren"],
        "einvoicing_addr_schemeid": ADDRESS_SCHEME,
    }


def _customer(invoice: Invoice) -> dict[str, Any]:
    found = {
        "name": invoice.seller_name,
        "legal_identifier": invoice.seller_siren,
        "vat_identifier": invoice.seller_vat_number,
        "addr_l1": invoice.seller_line1,
        "addr_l2": invoice.seller_line2,
        "postcode": invoice.seller_postal_code,
        "city": invoice.seller_city,
        "country_code": invoice.seller_country,
    }
    if invoice.seller_country == "FR":
        found |= {
            "legal_identifier_schemeid": SIREN_SCHEME,
            "einvoicing_addr": invoice.seller_siren,
            "einvoicing_addr_schemeid": ADDRESS_SCHEME,
        }
    return {name: value for name, value in found.items() if value}


def _breakdown(invoice: Invoice) -> list[dict[str, Any]]:
    found = []
    for one in rates(invoice.lines):
        entry: dict[str, Any] = {
            "BT-116": _amount(one.net_minor),
            "BT-117": _amount(one.vat_minor),
            "BT-118": invoice.vat_category,
            "BT-119": _percent(one.vat_bp),
        }
        if invoice.vat_category == VatCategory.REVERSE_CHARGE:
            entry |= {"BT-120": reverse_charge(invoice), "BT-121": "VATEX-EU-AE"}
        found.append(entry)
    return found


def _line(invoice: Invoice, line: InvoiceLine) -> dict[str, Any]:
    """Return a line's terms; what is given back is a quantity below zero, as BR-27 asks."""
    sign = -1 if line.net_minor < 0 else 1
    return {
        "BT-126": str(line.position),
        "BT-153": say(line.label),
        "BT-129": str(sign * line.quantity),
        "BT-130": PIECE,
        "BT-131": _amount(line.net_minor),
        "BT-146": str(abs(line.unit_net)),
        "BT-151": invoice.vat_category,
        "BT-152": _percent(line.vat_bp),
    }


def _amount(minor: int) -> str:
    return f"{Decimal(minor) / 100:.2f}"


def _percent(rate_bp: int) -> str:
    return f"{Decimal(rate_bp) / 100:.2f}"


def _with_colours(pdf: bytes) -> bytes:
    """Say what the colours of a PDF mean: PDF/A wants a profile for those of a device."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    profile = StreamObject()
    profile.set_data(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[NameObject("/N")] = NumberObject(3)
    intent = DictionaryObject({
        NameObject("/Type"): NameObject("/OutputIntent"),
        NameObject("/S"): NameObject("/GTS_PDFA1"),
        NameObject("/OutputConditionIdentifier"): TextStringObject("sRGB"),
        NameObject("/DestOutputProfile"): writer._add_object(profile.flate_encode()),
    })  # fmt: skip
    writer.root_object[NameObject("/OutputIntents")] = ArrayObject([writer._add_object(intent)])
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
