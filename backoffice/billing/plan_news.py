"""What Stripe tells of plans: invoices of our sellers, their payments, subscriptions that ended.

An event about a customer that we do not know yet waits: our own answer may be on its way.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing import plan_postings
from backoffice.billing.dunning import settle
from backoffice.billing.news import RETURNED, Link, News, Waits, balance_txn_of, id_of
from backoffice.billing.plan import Plan, Subscription, end_subscription
from backoffice.billing.plan_billing import bill_month, take_month_back
from backoffice.billing.plan_invoice import BillingCustomer, InvoiceState, PlanInvoice
from backoffice.billing.plan_mail import tell_invoice
from backoffice.billing.postings import reverse_refund
from backoffice.billing.stripe_object import StripeObject, remember
from backoffice.core.lock import lock
from backoffice.core.money import split_vat

ENDED = {"paid": "paid_at", "void": "voided_at", "uncollectible": "marked_uncollectible_at"}


def customer_of(session: Session, told: Mapping[str, Any]) -> BillingCustomer | None:
    """Return the seller's row behind the customer of an object, if it is one of ours."""
    named = id_of(told.get("customer"))
    if named is None:
        return None
    query = select(BillingCustomer).where(BillingCustomer.stripe_id == named)
    return session.scalars(query).first()


def hear_invoice(news: News) -> Link:
    """Keep a month that is asked for, post it, and tell the seller."""
    session = news.session
    customer = customer_of(session, news.told)
    if customer is None:
        raise Waits(f"no seller is known for the customer of {news.told['id']}")
    told = remember(session, news.told, told_at=news.at).payload
    if told["status"] == "draft":
        return Link.KNOWN
    invoice = _kept(session, customer.seller_id, told)
    if invoice.gross_minor:
        plan_postings.post_invoice(session, invoice)
    return Link.KNOWN


def hear_failure(news: News) -> Link:
    """Count an attempt to pay that failed."""
    link = hear_invoice(news)
    query = select(PlanInvoice).where(PlanInvoice.stripe_id == news.told["id"])
    if (invoice := news.session.scalars(query).first()) is not None:
        invoice.failures = max(invoice.failures, news.told["attempt_count"])
    return link


def hear_payment(news: News, customer: BillingCustomer) -> Link:
    """Post what a seller paid of its plan."""
    is_paid = news.told["status"] == "succeeded" and news.told["captured"]
    balance = balance_txn_of(news) if is_paid else None
    if balance is not None:
        news.told = {**news.told, "balance_transaction": balance}
    told = remember(news.session, news.told, told_at=news.at, charge=news.told["id"]).payload
    if balance is not None:
        plan_postings.post_payment(news.session, customer.seller_id, told, balance)
    return Link.KNOWN


def payer_of(session: Session, charge: str) -> BillingCustomer | None:
    """Return the seller who paid a month of its plan by this charge, if it is one."""
    kept = session.get(StripeObject, charge)
    return customer_of(session, kept.payload) if kept is not None else None


def hear_repayment(news: News, customer: BillingCustomer, charge: str) -> Link:
    """Post what a seller has back of what it paid of its plan, or that it came back to us."""
    told = remember(news.session, news.told, told_at=news.at, charge=charge).payload
    if told["status"] == "succeeded" or told.get("failure_balance_transaction"):
        plan_postings.post_repayment(news.session, customer.seller_id, told)
    if told["status"] in RETURNED:
        reverse_refund(news.session, told["id"], news.at)
    return Link.KNOWN


def hear_subscription_end(news: News) -> Link:
    """End our own row where Stripe ended the subscription before it: what it asks for ends."""
    query = select(Subscription).where(
        Subscription.stripe_id == news.told["id"], Subscription.ends_at.is_(None)
    )
    running = news.session.scalars(query).first()
    if running is not None:
        end_subscription(news.session, running.id)
    return Link.KNOWN if running is not None else Link.NONE


def _kept(session: Session, seller_id: int, told: Mapping[str, Any]) -> PlanInvoice:
    """Return the row of an invoice, brought to what Stripe said last."""
    query = select(PlanInvoice).where(PlanInvoice.stripe_id == told["id"])
    invoice = session.scalars(query).first()
    if invoice is None:
        invoice = _new(session, seller_id, told)
        session.add(invoice)
        session.flush()
        bill_month(session, invoice)
        if told["status"] == InvoiceState.OPEN:
            tell_invoice(session, invoice, event="subscription.invoiced")
    else:
        lock(session, invoice)
    if invoice.state != told["status"]:
        when = ENDED.get(told["status"])
        invoice.state = told["status"]
        invoice.ended_at = _time(told["status_transitions"][when]) if when else None
        if invoice.state == InvoiceState.VOID:
            take_month_back(session, invoice)
        settle(session, invoice)
    return invoice


def _new(session: Session, seller_id: int, told: Mapping[str, Any]) -> PlanInvoice:
    price = price_of(told)
    plan = session.scalars(select(Plan).where(Plan.stripe_price == price)).first()
    if plan is None:
        raise Waits(f"no plan is known for the price {price} of {told['id']}")
    return month_of(told, seller_id, plan)


def price_of(told: Mapping[str, Any]) -> str:
    """Return which of Stripe's prices an invoice asks for."""
    (line,) = told["lines"]["data"]
    return str(id_of(line["pricing"]["price_details"]["price"]))


def month_of(told: Mapping[str, Any], seller_id: int, plan: Plan) -> PlanInvoice:
    """Return the row of an invoice that is told for the first time."""
    (line,) = told["lines"]["data"]
    split, finalized = split_vat(told["amount_due"], plan.vat_bp), told["status_transitions"]
    finalized_at = _time(finalized["finalized_at"] or told["created"])
    return PlanInvoice(
        stripe_id=told["id"], number=told["number"] or told["id"], seller_id=seller_id,
        plan=plan, state=InvoiceState.OPEN, gross_minor=split.gross_minor,
        net_minor=split.net_minor, vat_minor=split.vat_minor, currency=told["currency"].upper(),
        period_start=_time(line["period"]["start"]), period_end=_time(line["period"]["end"]),
        finalized_at=finalized_at, due_at=_time(told["due_date"]) if told["due_date"]
        else finalized_at, hosted_url=told["hosted_invoice_url"] or "",
    )  # fmt: skip


def _time(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
