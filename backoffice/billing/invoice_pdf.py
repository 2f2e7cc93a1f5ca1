"""The invoice as people read it: A4, all that the law wants named, the look of our other letters.

CGI ann. II art. 242 nonies A and C. com. L441-9 say what stands on it.
"""

from datetime import UTC, datetime, time
from decimal import Decimal
from html import escape
from io import BytesIO

from babel.numbers import format_currency
from flask_babel import force_locale
from flask_babel import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from backoffice.billing.facturx import LANGUAGE, with_xml
from backoffice.billing.invoice import KINDS, Invoice, InvoiceKind
from backoffice.billing.invoice_words import (
    company_line,
    legal_notes,
    payment_terms,
    rates,
    reverse_charge,
)
from backoffice.notify.pdf import EDGE, FONT, INK_2, LINE, MARGIN, STYLES, drawable
from backoffice.web.dates import say_when
from backoffice.web.numbers import money, rate, siren, vat
from backoffice.web.text import say

CELL = ParagraphStyle("cell", parent=STYLES["p"], fontSize=8.5, leading=12, spaceAfter=0)
FIGURE = ParagraphStyle("figure", parent=CELL, alignment=2)
HEAD = ParagraphStyle("head", parent=CELL, textColor=INK_2)
WIDTH = A4[0] - 2 * MARGIN
PLAIN = (("FONTNAME", (0, 0), (-1, -1), FONT), ("VALIGN", (0, 0), (-1, -1), "TOP"))
RULED = TableStyle([
    *PLAIN,
    ("LINEBELOW", (0, 0), (-1, 0), 0.6, LINE),
    ("LINEBELOW", (0, -1), (-1, -1), 0.6, LINE),
    ("LEFTPADDING", (0, 0), (-1, -1), 6),
])  # fmt: skip


def pdf_of(invoice: Invoice, xml: bytes) -> bytes:
    """Return the PDF of an invoice with its XML inside; needs an application context."""
    with force_locale(LANGUAGE):
        title = f"{_(KINDS[InvoiceKind(invoice.kind)])} {invoice.number}"
        return with_xml(_drawn(invoice, title), xml, invoice, title)


def _drawn(invoice: Invoice, title: str) -> bytes:
    file, foot = BytesIO(), drawable(f"{invoice.issuer['name']} · {title}")
    document = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN,
        bottomMargin=MARGIN, title=title, author=invoice.issuer["name"], lang=LANGUAGE,
        invariant=1, initialFontName=FONT, displayDocTitle=True,
    )  # fmt: skip
    at = datetime.combine(invoice.issued_on, time(), UTC)

    def draw_foot(canvas: Canvas, page: SimpleDocTemplate) -> None:
        canvas.setDateFormatter(lambda *_: at.strftime("D:%Y%m%d%H%M%S+00'00'"))
        canvas.setFont(FONT, 8)
        canvas.setFillColor(INK_2)
        canvas.drawString(EDGE, 12 * mm, foot)
        canvas.drawRightString(A4[0] - EDGE, 12 * mm, str(page.page))

    document.build(_story(invoice, title), onFirstPage=draw_foot, onLaterPages=draw_foot)
    return file.getvalue()


def _story(invoice: Invoice, title: str) -> list[Flowable]:
    return [
        _text(title, STYLES["h1"]),
        _parties(invoice),
        Spacer(0, 5 * mm),
        *(_text(one, STYLES["p"]) for one in _facts(invoice)),
        Spacer(0, 3 * mm),
        _lines(invoice),
        Spacer(0, 4 * mm),
        _totals(invoice),
        Spacer(0, 4 * mm),
        *(_text(one, STYLES["p"]) for one in _endings(invoice)),
        *(_text(one, STYLES["note"]) for one in legal_notes(invoice).values()),
    ]


def _parties(invoice: Invoice) -> Table:
    """Place both parties side by side, each with its numbers."""
    us = invoice.issuer
    own = [
        us["name"], us["line1"], f"{us['postal_code']} {us['city']}", us["country"],
        company_line(us), _("VAT number: %(number)s", number=vat(us["vat_number"])),
    ]  # fmt: skip
    theirs = [
        invoice.seller_name, invoice.seller_line1, invoice.seller_line2,
        f"{invoice.seller_postal_code} {invoice.seller_city}", invoice.seller_country,
        _("SIREN: %(number)s", number=siren(invoice.seller_siren)),
        _("VAT number: %(number)s", number=vat(invoice.seller_vat_number))
        if invoice.seller_vat_number else "",
    ]  # fmt: skip
    cells = [[_block(_("Issued by"), own), _block(_("Invoiced to"), theirs)]]
    return Table(cells, colWidths=[WIDTH / 2] * 2, style=TableStyle(PLAIN))


def _facts(invoice: Invoice) -> list[str]:
    """Say the dates, the period, and what a credit note corrects and why."""
    period = {name: say_when(getattr(invoice, name), "letter") for name in ("begins_on", "ends_on")}
    found = [
        _("Issued on %(day)s.", day=say_when(invoice.issued_on, "letter")),
        _("Payment due on %(day)s.", day=say_when(invoice.due_on, "letter"))
        if invoice.kind == InvoiceKind.INVOICE else "",
        _("Period: %(begins_on)s to %(ends_on)s.", **period),
        _("Category of operation: supply of services."),
    ]  # fmt: skip
    if invoice.corrects:
        found.append(
            _("Corrects invoice %(number)s of %(day)s.", number=invoice.corrects.number,
              day=say_when(invoice.corrects.issued_on, "letter"))
        )  # fmt: skip
    if invoice.reason:
        found.append(_("Reason: %(reason)s", reason=invoice.reason))
    return [one for one in found if one]


def _endings(invoice: Invoice) -> list[str]:
    return [one for one in (reverse_charge(invoice), payment_terms(invoice)) if one]


def _lines(invoice: Invoice) -> Table:
    heads = [
        _("Description"), _("Quantity"), _("Unit price excl. VAT"), _("VAT rate"), _("Net"),
        _("Gross"),
    ]  # fmt: skip
    rows = [
        [
            say(one.label), str(one.quantity), _price(one.unit_net, invoice.currency),
            rate(one.vat_bp), money(one.net_minor, invoice.currency),
            money(one.gross_minor, invoice.currency),
        ]
        for one in invoice.lines
    ]  # fmt: skip
    widths = [WIDTH * share for share in (0.32, 0.12, 0.17, 0.11, 0.14, 0.14)]
    return _table(heads, rows, widths)


def _totals(invoice: Invoice) -> Table:
    heads = [_("VAT rate"), _("Net"), _("VAT"), _("Gross")]
    rows = [
        [rate(one.vat_bp), *_sums(invoice, one.net_minor, one.vat_minor)]
        for one in rates(invoice.lines)
    ]
    rows.append([_("Total"), *_sums(invoice, invoice.net_minor, invoice.vat_minor)])
    return _table(heads, rows, [WIDTH * 0.25] * 4)


def _sums(invoice: Invoice, net_minor: int, vat_minor: int) -> list[str]:
    amounts = (net_minor, vat_minor, net_minor + vat_minor)
    return [money(one, invoice.currency) for one in amounts]


def _table(heads: list[str], rows: list[list[str]], widths: list[float]) -> Table:
    cells = [[_text(one, HEAD if at == 0 else FIGURE) for at, one in enumerate(heads)]]
    cells += [[_text(one, CELL if at == 0 else FIGURE) for at, one in enumerate(r)] for r in rows]
    return Table(cells, colWidths=widths, style=RULED, repeatRows=1)


def _block(heading: str, lines: list[str]) -> list[Paragraph]:
    return [_text(heading, HEAD), *(_text(one, CELL) for one in lines if one)]


def _price(unit: Decimal, currency: str) -> str:
    return format_currency(unit, currency, locale=LANGUAGE, decimal_quantization=False)


def _text(words: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(drawable(words), quote=False), style)
