"""What sellers are told of their plan, by e-mail and by webhook."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backoffice.billing.plan_invoice import PlanInvoice
from backoffice.core.outbox import put_mail, put_webhooks


def tell_invoice(
    session: Session, invoice: PlanInvoice, *, event: str, day: datetime | None = None
) -> None:
    """Owe the seller an e-mail about a month's invoice, and the marketplace the webhook.

    `day` is the one that the event speaks of, where it is not the day on which it is due.
    """
    tell_invoices(session, [invoice], event=event, day=day)


def tell_invoices(
    session: Session, invoices: Sequence[PlanInvoice], *, event: str, day: datetime | None = None
) -> None:
    """Owe the same about the invoices of many sellers."""
    for invoice in invoices:
        _owe_mail(session, invoice, event, day or invoice.due_at)
    put_webhooks(session, event=event, data=[_data(invoice) for invoice in invoices])


def _owe_mail(session: Session, invoice: PlanInvoice, event: str, day: datetime) -> None:
    seller = invoice.seller
    put_mail(
        session,
        event=event,
        to=seller.contact_email,
        locale=seller.locale,
        context={
            "recipient": seller.representative,
            "title": seller.display_name,
            "reference": invoice.number,
            "plan": invoice.plan.name,
            "amount_minor": invoice.gross_minor,
            "currency": invoice.currency,
            "period_start": invoice.period_start.isoformat(),
            "period_end": invoice.period_end.isoformat(),
            "due_at": invoice.due_at.isoformat(),
            "day": day.isoformat(),
            "pay_url": invoice.hosted_url,
        },
    )


def _data(invoice: PlanInvoice) -> dict[str, Any]:
    seller = invoice.seller
    return {
        "external_id": seller.external_id,
        "version": seller.version,
        "status": seller.status,
        "invoice": invoice.number,
        "invoice_status": invoice.state,
        "amount_minor": invoice.gross_minor,
        "currency": invoice.currency,
    }
