"""Giving up a month that will not be paid: finance says why, Stripe is told, then it is posted."""

from sqlalchemy.orm import Session

from backoffice.billing import stripe, stripe_billing
from backoffice.billing.plan_invoice import InvoiceState, PlanInvoice
from backoffice.core.audit import record
from backoffice.core.clock import now
from backoffice.core.lock import lock
from backoffice.core.outbox import Channel, put_work
from backoffice.core.permissions import Actor
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.core.work import unit_of_work

GIVE_UP = "plan_invoice.give_up"
"""The work that tells Stripe; its payload names the invoice."""


def ask_giving_up(session: Session, invoice: PlanInvoice, why: str, actor: Actor) -> None:
    """Owe Stripe that an open invoice is given up, once; the reason stays in the audit."""
    lock(session, invoice)
    if invoice.state != InvoiceState.OPEN or invoice.giving_up_at is not None:
        raise NotPossible(text("This invoice is in another state by now. Open the page again."))
    invoice.giving_up_at = now()
    put_work(session, Channel.BILLING, GIVE_UP, {"invoice_id": invoice.id})
    record(session, stream=f"seller:{invoice.seller_id}", verb=GIVE_UP, actor=actor,
           detail={"invoice": invoice.stripe_id, "why": why})  # fmt: skip


def give_up(session: Session, invoice_id: int) -> None:
    """Tell Stripe; what it answers comes as an event, and is posted as that."""
    with unit_of_work(session):
        named = session.get_one(PlanInvoice, invoice_id).stripe_id
    known = stripe.retrieve("invoice", named)
    if known["status"] == "open":  # not paid meanwhile, nor told already
        stripe_billing.give_invoice_up(named)
