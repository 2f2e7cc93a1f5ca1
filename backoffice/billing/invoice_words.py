"""What the law wants written on an invoice besides its figures; said in the reader's language."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from flask_babel import gettext as _

from backoffice.billing.invoice import Invoice, InvoiceKind, InvoiceLine, VatCategory
from backoffice.web.numbers import money, siren


class Rate(NamedTuple):
    """What an invoice charges at one rate of VAT, in basis points and cents."""

    vat_bp: int
    net_minor: int
    vat_minor: int


def rates(lines: Sequence[InvoiceLine]) -> list[Rate]:
    """Return the totals of each rate."""
    in_order = sorted(lines, key=attrgetter("vat_bp"))
    found = []
    for vat_bp, alike in groupby(in_order, attrgetter("vat_bp")):
        own = list(alike)
        found.append(
            Rate(vat_bp, sum(one.net_minor for one in own), sum(one.vat_minor for one in own))
        )
    return found


def legal_notes(invoice: Invoice) -> dict[str, str]:
    """Return the notes by their code of UNTDID 4451, as the French rules name them.

    C. com. L441-9 and L441-10: rate of the late penalties, fixed recovery fee, discount.
    """
    return {
        "PMT": _("Fixed recovery fee for late payment: €40 (C. com. D441-5)."),
        "PMD": _(
            "Late payment penalties: three times the legal interest rate, due without a reminder "
            "(C. com. L441-10)."
        ),
        "AAB": _("No discount for early payment."),
    }


def reverse_charge(invoice: Invoice) -> str:
    """Return the mention of an invoice whose VAT the customer owes (CGI art. 242 nonies A)."""
    return _("Reverse charge") if invoice.vat_category == VatCategory.REVERSE_CHARGE else ""


def payment_terms(invoice: Invoice) -> str:
    """Return how the amount is or was paid."""
    if invoice.kind == InvoiceKind.CREDIT_NOTE:
        return _("Credited to your account.")
    if invoice.paid_minor == invoice.gross_minor:
        return _("Paid: withheld from your sales.")
    return _("Amount due: %(amount)s.", amount=money(invoice.gross_minor - invoice.paid_minor))


def company_line(issuer: dict[str, object]) -> str:
    """Return a company's legal form, capital and register (C. com. R123-237, R123-238)."""
    capital = issuer["capital_minor"]
    return _(
        "%(form)s with a capital of %(capital)s, %(register)s %(siren)s",
        form=issuer["legal_form"],
        capital=money(capital if isinstance(capital, int) else None),
        register=issuer["register"],
        siren=siren(str(issuer["siren"])),
    )
