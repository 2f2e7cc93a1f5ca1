"""Months of plans that were asked for."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from backoffice.billing.plan import plan_in_force
from backoffice.billing.plan_invoice import InvoiceState, PlanInvoice
from backoffice.core.clock import now
from backoffice.core.money import split_vat
from tests.factories.stripe import make_event

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


def month_asked(seller_id: int, plan: tuple[int, int], at: datetime) -> dict[str, Any]:
    """Return the event by which Stripe asks a seller for a month of a plan: its id, its price."""
    plan_id, amount = plan
    begin, end = int(at.timestamp()), int((at + timedelta(days=30)).timestamp())
    told = {
        "id": f"in_{seller_id}", "object": "invoice", "status": "open", "customer":
        f"cus_{seller_id}", "number": f"MONTH-{seller_id}", "amount_due": amount, "total": amount,
        "amount": amount, "currency": "eur", "created": begin, "due_date": begin + 7 * 86_400,
        "hosted_invoice_url": f"https://invoice.stripe.com/i/{seller_id}", "attempt_count": 0,
        "metadata": {}, "status_transitions": {"finalized_at": begin},
        "lines": {"data": [{
            "period": {"start": begin, "end": end},
            "pricing": {"price_details": {"price": f"price_{plan_id}"}},
        }]},
    }  # fmt: skip
    return {**make_event("invoice.finalized", told, begin), "id": f"evt_{seller_id}"}
