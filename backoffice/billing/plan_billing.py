"""Our own invoice for each month of a plan that Stripe asks for, and its credit note."""

from datetime import timedelta

from sqlalchemy.orm import Session

from backoffice.billing.invoicing import Item, Period, credit, issue, issued_for
from backoffice.billing.ledger import Source
from backoffice.billing.plan_invoice import PlanInvoice
from backoffice.core.clock import now, paris_day
from backoffice.core.text import text

ASKED, TAKEN_BACK = "stripe_invoice", "stripe_invoice.voided"
REASON = "Mois annulé"


def bill_month(session: Session, month: PlanInvoice) -> None:
    """Issue the invoice of a month, once; today, so that numbers and days go together."""
    if not month.gross_minor:
        return
    today = paris_day(now())
    last = paris_day(month.period_end) - timedelta(days=1)
    issue(
        session,
        month.seller,
        source=Source(ASKED, month.stripe_id),
        items=[Item(text("Plan %(plan)s", plan=month.plan.name), month.gross_minor,
                    month.plan.vat_bp)],
        period=Period(paris_day(month.period_start), last),
        due_on=max(paris_day(month.due_at), today),
        currency=month.currency,
    )  # fmt: skip


def take_month_back(session: Session, month: PlanInvoice) -> None:
    """Credit the whole invoice of a month that Stripe no longer asks for, once."""
    invoice = issued_for(session, Source(ASKED, month.stripe_id))
    if invoice is not None:
        source = Source(TAKEN_BACK, month.stripe_id)
        credit(session, invoice, source=source, reason=REASON)
