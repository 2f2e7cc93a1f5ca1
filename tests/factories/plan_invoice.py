"""Months of plans that were asked for."""

from datetime import timedelta
from itertools import count

from backoffice.billing.plan import plan_in_force
from backoffice.billing.plan_invoice import InvoiceState, PlanInvoice
from backoffice.core.clock import now
from backoffice.core.money import split_vat

_numbers = count(1)


def make_plan_invoice(session, seller, *, state=InvoiceState.OPEN, **changes):
    """Make a month of a seller's plan, asked for now and due in a week."""
    number, plan, at = next(_numbers), plan_in_force(session, seller.plan), now()
    split = split_vat(plan.price_minor, plan.vat_bp)
    values = {
        "stripe_id": f"in_{number:08d}", "number": f"SANDBOX-{number:04d}", "state": state,
        "seller_id": seller.id, "plan_id": plan.id, "currency": "EUR",
        "gross_minor": split.gross_minor, "net_minor": split.net_minor,
        "vat_minor": split.vat_minor, "period_start": at, "period_end": at + timedelta(days=30),
        "finalized_at": at, "due_at": at + timedelta(days=7),
        "hosted_url": f"https://invoice.stripe.com/i/{number}",
    }  # fmt: skip
    if state != InvoiceState.OPEN:
        values["ended_at"] = at
    invoice = PlanInvoice(**values | changes)
    session.add(invoice)
    session.flush()
    return invoice
