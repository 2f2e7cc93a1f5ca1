"""Invoices for tests, issued as the program issues them."""

from datetime import date
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from backoffice.billing.invoice import Invoice
from backoffice.billing.invoicing import Asked, Item, Period, issue
from backoffice.billing.ledger import Source
from backoffice.core.text import text
from backoffice.marketplace.seller import Seller
from tests.factories.seller import make_seller

_numbers = count(1)
MAY = Period(date(2026, 5, 1), date(2026, 5, 31))


def item(gross_minor: int = 2991, vat_bp: int = 2000, **more: Any) -> Item:
    """Return a line of an invoice."""
    return Item(text("Subscription"), gross_minor, vat_bp, **more)


def make_invoice(
    session: Session, seller: Seller | None = None, *items: Item, **changes: Any
) -> Invoice:
    """Issue one more invoice, of 29,91 € unless told otherwise."""
    source = Source("test", str(next(_numbers)))
    asked = Asked(source, items or (item(),), MAY, issued_on=date(2026, 6, 1))
    return issue(session, seller or make_seller(session), asked._replace(**changes))
