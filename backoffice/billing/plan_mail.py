"""What sellers are told of their plan, by e-mail and by webhook."""

from datetime import datetime

from sqlalchemy.orm import Session

from backoffice.billing.plan_invoice import PlanInvoice
from backoffice.core.outbox import put_mail, put_webhook


def tell_invoice(
    session: Session, invoice: PlanInvoice, *, event: str, day: datetime | None = None
) -> None:
    """Owe the seller an e-mail about a month's invoice, and the marketplace the webhook.

    `day` is the one that the event speaks of, where it is not the day on which it is due.
    """
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
            "day": (day or invoice.due_at).isoformat(),
            "pay_url": invoice.hosted_url,
        },
    )
    data = {
        "external_id": seller.external_id,
        "version": seller.version,
        "status": seller.status,
        "invoice": invoice.number,
        "invoice_status": invoice.state,
        "amount_minor": invoice.gross_minor,
        "currency": invoice.currency,
    }
    put_webhook(session, event=event, data=data)
