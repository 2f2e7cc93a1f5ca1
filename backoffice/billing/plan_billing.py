"""Our own invoice for each month of a plan that Stripe asks for, and its credit note."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from backoffice.billing.invoicing import (
    Asked,
    Item,
    Period,
    credit,
    issue,
    issue_new,
    issued_for,
)
from backoffice.billing.ledger import Source
from backoffice.billing.plan_invoice import PlanInvoice
from backoffice.core.clock import now, paris_day
from backoffice.core.text import text

ASKED, TAKEN_BACK = "stripe_invoice", "stripe_invoice.voided"
REASON = "Mois annulé"


def bill_month(session: Session, month: PlanInvoice) -> None:
    """Issue the invoice of a month, once; today, so that numbers and days go together."""
    if month.gross_minor:
        issue(session, month.seller, _asked(month))


def bill_months(session: Session, months: Sequence[PlanInvoice]) -> None:
    """Issue the invoices of months that have none yet, in their order."""
    issue_new(session, [(month.seller, _asked(month)) for month in months if month.gross_minor])


def _asked(month: PlanInvoice) -> Asked:
    last = paris_day(month.period_end) - timedelta(days=1)
    label = text("Plan %(plan)s", plan=month.plan.name)
    return Asked(
        source=Source(ASKED, month.stripe_id),
        items=[Item(label, month.gross_minor, month.plan.vat_bp)],
        period=Period(paris_day(month.period_start), last),
        due_on=max(paris_day(month.due_at), paris_day(now())),
        currency=month.currency,
    )


def take_month_back(session: Session, month: PlanInvoice) -> None:
    """Credit the whole invoice of a month that Stripe no longer asks for, once."""
    invoice = issued_for(session, Source(ASKED, month.stripe_id))
    if invoice is not None:
        source = Source(TAKEN_BACK, month.stripe_id)
        credit(session, invoice, source=source, reason=REASON)
