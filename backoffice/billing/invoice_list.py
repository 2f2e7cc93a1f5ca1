"""The invoices as finance looks for them: by kind, month, seller and number, the last one first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from backoffice.billing.invoice import KINDS, Invoice, InvoiceKind
from backoffice.core.clock import add_months, read_month
from backoffice.core.money import Money
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.seller import Seller
from backoffice.web.pagination import Count, Keyset, count_up_to
from backoffice.web.sheet import AsIs

VIEWS: dict[str, str] = {
    "all": N_("All"),
    InvoiceKind.INVOICE: N_("Invoices"),
    InvoiceKind.CREDIT_NOTE: N_("Credit notes"),
}
ORDER = Keyset((Invoice.id,), descending=True)  # they are issued one after the other
FILTER_MAX = 200
HEADINGS = (
    N_("Number"), N_("Kind"), N_("Issued on"), N_("Due"), N_("Seller"), N_("SIREN"), N_("Net"),
    N_("VAT"), N_("With VAT"), N_("Paid at issue"), N_("Corrects"),
)  # fmt: skip


class Totals(NamedTuple):
    """What the documents of one kind and currency come to, in cents."""

    kind: str
    currency: str
    number: int
    net_minor: int
    vat_minor: int
    gross_minor: int


@dataclass(frozen=True)
class InvoiceList:
    """Which invoices are shown, as the address says it."""

    view: str
    month: str
    seller: str
    number: str

    @classmethod
    def read(cls, view: str, month: str, seller: str, number: str) -> "InvoiceList":
        """Read it from an address; a kind that does not exist gives all."""
        kept = (one.replace("\0", "").strip()[:FILTER_MAX] for one in (month, seller, number))
        return cls(view if view in VIEWS else "all", *kept)

    @property
    def is_filtered(self) -> bool:
        """Tell whether more than the kind is asked for: sums of all there are would be slow."""
        return bool(self.month or self.seller or self.number)

    @property
    def problem(self) -> Text | None:
        """Say what cannot be looked for."""
        if self.month and self.first_day is None:
            return text("“%(month)s” is no month: write it as 2026-11.", month=self.month)
        return None

    @property
    def first_day(self) -> date | None:
        """Return the first day of the month."""
        try:
            return read_month(self.month)
        except ValueError:
            return None

    def address(self, **changes: str | None) -> dict[str, Any]:
        """Return the parameters of an address that shows this, but for some changes."""
        own = {"kind": self.view, "month": self.month, "seller": self.seller, "number": self.number}
        return {name: value or None for name, value in {**own, **changes}.items()}

    def rows(self) -> Select[Any]:
        """Select the invoices, each with what it corrects, in no order."""
        return select(Invoice).where(self._condition()).options(joinedload(Invoice.corrects))

    def count(self, session: Session) -> Count:
        """Count them."""
        return count_up_to(session, select(Invoice).where(self._condition()))

    def totals(self, session: Session) -> list[Totals]:
        """Return what they come to, by kind and currency."""
        sums = [
            func.sum(one) for one in (Invoice.net_minor, Invoice.vat_minor, Invoice.gross_minor)
        ]
        rows = session.execute(
            select(Invoice.kind, Invoice.currency, func.count(), *sums)
            .where(self._condition())
            .group_by(Invoice.kind, Invoice.currency)
            .order_by(Invoice.kind.desc(), Invoice.currency)
        )
        return [Totals(kind, currency, *map(int, figures)) for kind, currency, *figures in rows]

    def _condition(self) -> ColumnElement[bool]:
        found = [Invoice.kind == self.view] if self.view != "all" else []
        if self.month:
            first = self.first_day
            found.append(
                and_(Invoice.issued_on >= first, Invoice.issued_on < add_months(first, 1))
                if first else false()
            )  # fmt: skip
        if self.seller:
            named = select(Seller.id).where(Seller.external_id == self.seller)
            siren = "".join(self.seller.split())
            found.append(or_(Invoice.seller_id.in_(named), Invoice.seller_siren == siren))
        if self.number:
            found.append(Invoice.number == self.number.upper())
        return and_(*found) if found else Invoice.id.is_not(None)


def file_rows(session: Session, chosen: InvoiceList) -> Iterator[tuple[Any, ...]]:
    """Yield a list as rows of a file; what a credit note gives back is below zero."""
    yield HEADINGS
    for one in ORDER.every(session, chosen.rows()):
        sign = -1 if one.kind == InvoiceKind.CREDIT_NOTE else 1
        amounts = (one.net_minor, one.vat_minor, one.gross_minor, one.paid_minor)
        yield (
            one.number, KINDS[InvoiceKind(one.kind)], one.issued_on, one.due_on,
            AsIs(one.seller_name), AsIs(one.seller_siren),
            *(Money(sign * amount, one.currency) for amount in amounts),
            one.corrects.number if one.corrects else None,
        )  # fmt: skip


def invoice_numbered(session: Session, number: str) -> Invoice | None:
    """Return the invoice with this number, as printed."""
    return session.scalars(select(Invoice).where(Invoice.number == number)).first()


def credit_notes_of(session: Session, invoice: Invoice) -> list[Invoice]:
    """Return what was credited of an invoice."""
    corrections = select(Invoice).where(Invoice.corrects_id == invoice.id).order_by(Invoice.id)
    return list(session.scalars(corrections))
