"""Months that are not paid: reminders, a notice with its day and reasons, then the suspension.

Suspending for want of payment restricts a business user (Regulation (EU) 2019/1150, art. 4(1)): the
reasons are told before it takes effect, and it ends by itself once the month is paid.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.plan_invoice import InvoiceState, PlanInvoice
from backoffice.billing.plan_mail import tell_invoice
from backoffice.core.audit import record
from backoffice.core.clock import now
from backoffice.core.lock import lock
from backoffice.core.permissions import SYSTEM
from backoffice.marketplace.seller import Seller, SellerStatus, set_status
from config.settings import get_settings

AT_ONCE = 200  # invoices in one transaction; the next run takes the others


def dun(session: Session) -> int:
    """Take the next step on every month that is overdue; return how many were looked at."""
    at, settings = now(), get_settings()
    overdue = session.scalars(
        select(PlanInvoice)
        .where(
            PlanInvoice.state == InvoiceState.OPEN,
            PlanInvoice.due_at <= at - timedelta(days=min(settings.plan_reminder_days)),
            PlanInvoice.suspended_at.is_(None),
        )
        .order_by(PlanInvoice.reminded_at.nulls_first(), PlanInvoice.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=PlanInvoice)
    ).all()
    for invoice in overdue:
        _take_step(session, invoice, at)
    return len(overdue)


def settle(session: Session, invoice: PlanInvoice) -> None:
    """Note what the end of an invoice brings about: a suspension for it ends."""
    if invoice.suspended_at is not None and invoice.state != InvoiceState.UNCOLLECTIBLE:
        _restore(session, invoice)


def restore_paid(session: Session) -> None:
    """Let sellers sell again whose suspension could not end when they paid: another one ran."""
    paid = session.scalars(
        select(PlanInvoice)
        .where(
            PlanInvoice.suspended_at.is_not(None),
            PlanInvoice.restored_at.is_(None),
            PlanInvoice.state.in_((InvoiceState.PAID, InvoiceState.VOID)),
        )
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=PlanInvoice)
    )
    for invoice in paid:
        _restore(session, invoice)


def _take_step(session: Session, invoice: PlanInvoice, at: datetime) -> None:
    settings, late = get_settings(), at - invoice.due_at
    due = sum(late >= timedelta(days=days) for days in settings.plan_reminder_days)
    if invoice.announced_at is None and late >= timedelta(days=settings.plan_notice_after_days):
        invoice.announced_at = invoice.reminded_at = at
        invoice.suspends_at = at + timedelta(days=settings.plan_notice_days)
        tell_invoice(session, invoice, event="subscription.suspending", day=invoice.suspends_at)
    elif invoice.suspends_at is not None:
        if invoice.suspends_at <= at:
            _suspend(session, invoice, at)
    elif due > invoice.reminders:
        invoice.reminders, invoice.reminded_at = due, at
        tell_invoice(session, invoice, event="subscription.unpaid")


def _suspend(session: Session, invoice: PlanInvoice, at: datetime) -> None:
    seller = lock(session, session.get_one(Seller, invoice.seller_id))
    if seller.status != SellerStatus.ACTIVE:
        return
    set_status(seller, SellerStatus.SUSPENDED, invoice.number, at)
    invoice.suspended_at = at
    _note(session, invoice, "suspended")
    tell_invoice(session, invoice, event="subscription.suspended", day=at)


def _restore(session: Session, invoice: PlanInvoice) -> None:
    """Let a seller sell again, unless another month is unpaid or another suspension runs."""
    seller = lock(session, session.get_one(Seller, invoice.seller_id))
    if (seller.status, seller.status_at) != (SellerStatus.SUSPENDED, invoice.suspended_at):
        if seller.status != SellerStatus.SUSPENDED:
            invoice.restored_at = now()  # somebody did it already, or the account has ended
        return
    others = select(PlanInvoice.id).where(
        PlanInvoice.seller_id == seller.id,
        PlanInvoice.id != invoice.id,
        PlanInvoice.state == InvoiceState.OPEN,
        PlanInvoice.suspends_at <= now(),
    )
    if session.scalars(others).first() is not None:
        return
    invoice.restored_at = now()
    set_status(seller, SellerStatus.ACTIVE, "", invoice.restored_at)
    _note(session, invoice, "resumed")
    tell_invoice(session, invoice, event="subscription.resumed", day=invoice.restored_at)


def _note(session: Session, invoice: PlanInvoice, verb: str) -> None:
    detail = {"invoice": invoice.stripe_id, "number": invoice.number}
    stream = f"seller:{invoice.seller_id}"
    record(session, stream=stream, verb=f"subscription.{verb}", actor=SYSTEM, detail=detail)
