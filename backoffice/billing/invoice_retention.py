"""The end of what invoices say of sellers: ten years after their fiscal year (C. com. L123-22).

Numbers and amounts stay, so that the sequence has no gap and the books still say what they rest on.
"""

from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from backoffice.billing.invoice import Invoice, InvoiceFile
from backoffice.billing.invoice_parties import ACCOUNTING
from backoffice.core.audit import record
from backoffice.core.clock import now, paris_day
from backoffice.core.permissions import SYSTEM
from backoffice.marketplace.erasing.files import owe_forgetting_files
from backoffice.marketplace.erasing.retention import retention_table

NAMING = (
    "seller_name", "seller_line1", "seller_line2", "seller_postal_code", "seller_city",
    "seller_siren", "seller_vat_number", "reason",
)  # fmt: skip
"""The columns that name a seller or may; a country names nobody."""
AT_ONCE = 500  # the next run takes the others


def purge_invoices(session: Session, at: datetime | None = None) -> int:
    """Empty what invoices say of sellers, and let go of their files, once kept long enough.

    Returns how many; the oldest first.
    """
    day = paris_day(at or now())
    due = (
        select(Invoice.id)
        .where(Invoice.purged_on.is_(None), Invoice.year <= last_year_due(day))
        .order_by(Invoice.year, Invoice.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    numbers = session.scalars(due).all()
    if not numbers:
        return 0
    gone = delete(InvoiceFile).where(InvoiceFile.invoice_id.in_(numbers))
    keys = session.execute(gone.returning(InvoiceFile.pdf_key, InvoiceFile.xml_key)).all()
    owe_forgetting_files(session, {key for pair in keys for key in pair})
    emptied = dict.fromkeys(NAMING, "")
    session.execute(update(Invoice).where(Invoice.id.in_(numbers)).values(**emptied, purged_on=day))
    record(session, stream="invoices", verb="invoice.purged", actor=SYSTEM,
           detail={"ids": list(numbers)})  # fmt: skip
    return len(numbers)


def last_year_due(day: date) -> int:
    """Return the last fiscal year whose documents need not be kept on a day any more."""
    length = next(one.length for one in retention_table().classes if one.code == ACCOUNTING)
    assert length is not None  # noqa: S101 (a class that is kept says how long)
    year = day.year
    while length.after(date(year, 12, 31)) >= day:
        year -= 1
    return year
