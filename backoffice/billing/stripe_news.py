"""What each kind of Stripe's events changes: the object as last seen, the books, our own refund.

An event tells the whole object, so that what it says holds whichever came before. All that must be
known is asked first; what is missing leaves everything as it was.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backoffice.billing import plan_news, postings
from backoffice.billing.chargeback import hear_chargeback, lock_cases, owe_answer
from backoffice.billing.news import RETURNED, Lacking, Link, News, balance_txn_of, id_of
from backoffice.billing.payout import COMPLETED, keep_payout
from backoffice.billing.refund import Refund, RefundKind
from backoffice.billing.refund_outcome import hear
from backoffice.billing.stripe_object import ACCOUNT, StripeObject, remember
from backoffice.marketplace.order import ALONE, ChargeType, Order, order_by_external_id
from backoffice.marketplace.seller import Seller

OURS = (RefundKind.GOODWILL, RefundKind.COMPENSATION)


def hear_charge(news: News) -> Link:
    """Learn the order's charge, and post the payment."""
    session, charge = news.session, news.told["id"]
    order = _named(news) or _of_charge(session, charge)
    if order is None and (customer := plan_news.customer_of(session, news.told)) is not None:
        return plan_news.hear_payment(news, customer)
    is_paid = news.told["status"] == "succeeded" and news.told["captured"]
    is_ours = news.account is None
    balance = balance_txn_of(news) if order and is_paid and is_ours else None
    news.about(order)
    if balance is not None:  # kept with the charge: pages say what Stripe took
        news.told = {**news.told, "balance_transaction": balance}
    if news.order.charge is None:
        news.order.charge = charge
        news.order.charge_type = ChargeType.DESTINATION if is_ours else ChargeType.DIRECT
    told = news.kept(charge)
    if balance is not None:
        postings.post_charge(session, news.order, told, balance)
    return Link.NEW


def hear_fee(news: News) -> Link:
    """Post our commission, and each part of it that went back.

    Of a destination charge it is taken from the seller's own payment, which names the charge.
    """
    charge = id_of(news.told.get("originating_transaction") or news.told["charge"])
    news.about(_of_charge(news.session, charge))
    fee = news.kept(charge)
    postings.post_fee(news.session, news.order, fee)
    back = fee["amount_refunded"]
    for refund in _listed(news, fee, "refunds", back):
        back -= refund["amount"]
        postings.post_fee_refund(news.session, news.order, refund, before_minor=back)
    return Link.KNOWN


def hear_transfer(news: News) -> Link:
    """Post what went to the seller and what came back; a compensation of ours has arrived."""
    session, charge = news.session, id_of(news.told.get("source_transaction"))
    refund = _ours(news)
    if charge is None and refund is None:
        return Link.NONE
    news.about(refund.order if refund else _of_charge(session, charge), refund)
    transfer, ours = news.kept(charge), refund is not None
    postings.post_transfer(session, news.order, transfer, ours=ours)
    for reversal in _listed(news, transfer, "reversals", transfer["amount_reversed"]):
        postings.post_transfer_reversal(session, news.order, reversal, ours=ours)
    if refund is not None:
        hear(session, refund, transfer, news.at)
    return Link.KNOWN


def hear_refund(news: News) -> Link:
    """Post what the buyer has back, or that it came back to us; our refund goes on."""
    session, charge, ours = news.session, id_of(news.told.get("charge")), _ours(news)
    if charge is None:
        return Link.NONE
    order = ours.order if ours else _of_charge(session, charge)
    if order is None and (customer := plan_news.payer_of(session, charge)) is not None:
        return plan_news.hear_repayment(news, customer, charge)
    news.about(order, ours)
    told = news.kept(charge)
    has_left = told["status"] == "succeeded" or told.get("failure_balance_transaction")
    if has_left and not news.is_direct:
        borne_by_us = ours is not None and ours.kind in OURS
        case_id = ours.case_id if ours else None
        postings.post_refund(session, news.order, told, ours=borne_by_us, case_id=case_id)
    if told["status"] in RETURNED:
        postings.reverse_refund(session, told["id"], news.at)
    if ours is not None:
        hear(session, ours, told, news.at)
        owe_answer(session, news.order)
    return Link.KNOWN


def hear_dispute(news: News) -> Link:
    """Post what the bank took or gave back; the cases of the order are told."""
    charge = id_of(news.told["charge"])
    order = _of_charge(news.session, charge)
    if order is not None:
        lock_cases(news.session, order)
    news.about(order)
    chargeback = news.kept(charge)
    if not news.is_direct:
        postings.post_chargeback(news.session, news.order, chargeback)
    hear_chargeback(news.session, news.order, chargeback)
    return Link.KNOWN


def hear_payout(news: News) -> Link:
    """Post what left for our bank or came back; of a seller's own account only how far it is."""
    if news.account is not None:
        return _hear_sellers_payout(news, news.account)
    session, balance = news.session, balance_txn_of(news)
    told = remember(session, news.told, told_at=news.at).payload
    postings.post_payout(session, told, balance)
    if told["status"] in RETURNED:
        postings.reverse_payout(session, told["id"], news.at)
    is_complete = news.told["reconciliation_status"] == COMPLETED
    keep_payout(session, told, news.at, is_complete=is_complete)
    return Link.KNOWN


OBJECTS: dict[str, Callable[[News], Link]] = {
    "application_fee": hear_fee,
    "charge": hear_charge,
    "dispute": hear_dispute,
    "payout": hear_payout,
    "refund": hear_refund,
    "transfer": hear_transfer,
}
"""Who hears of an object that was fetched, without an event that tells it."""

HANDLERS: dict[str, Callable[[News], Link]] = {
    **dict.fromkeys(
        ("charge.succeeded", "charge.captured", "charge.updated", "charge.refunded"), hear_charge
    ),
    **dict.fromkeys(
        ("refund.created", "refund.updated", "refund.failed", "charge.refund.updated"), hear_refund
    ),
    **dict.fromkeys(("application_fee.created", "application_fee.refunded"), hear_fee),
    **dict.fromkeys(("transfer.created", "transfer.updated", "transfer.reversed"), hear_transfer),
    **dict.fromkeys(
        (
            "charge.dispute.created",
            "charge.dispute.updated",
            "charge.dispute.funds_withdrawn",
            "charge.dispute.funds_reinstated",
            "charge.dispute.closed",
        ),
        hear_dispute,
    ),
    **dict.fromkeys(
        (
            "invoice.finalized",
            "invoice.paid",
            "invoice.voided",
            "invoice.marked_uncollectible",
        ),
        plan_news.hear_invoice,
    ),
    "invoice.payment_failed": plan_news.hear_failure,
    "customer.subscription.deleted": plan_news.hear_subscription_end,
    **dict.fromkeys(
        (
            "payout.created",
            "payout.updated",
            "payout.paid",
            "payout.failed",
            "payout.canceled",
            "payout.reconciliation_completed",
        ),
        hear_payout,
    ),
}


def _hear_sellers_payout(news: News, account: str) -> Link:
    """Keep a payout of a seller of ours: an erasure waits for it."""
    known = select(Seller.id).where(Seller.stripe_account == account).limit(1)
    if news.session.scalar(known) is None:
        return Link.NONE
    remember(news.session, {**news.told, ACCOUNT: account}, told_at=news.at)
    return Link.KNOWN


def _named(news: News) -> Order | None:
    name = (news.told.get("metadata") or {}).get("order")
    return order_by_external_id(news.session, name, options=ALONE) if name else None


def _of_charge(session: Session, charge: str) -> Order | None:
    """Return the order that a charge paid, by what the shop told or by what Stripe did."""
    told = select(StripeObject.order_id).where(StripeObject.id == charge).scalar_subquery()
    query = select(Order).where(or_(Order.charge == charge, Order.id == told))
    return session.scalars(query.options(*ALONE).order_by(Order.id).limit(1)).first()


def _ours(news: News) -> Refund | None:
    """Return the refund of ours that an object carries out, if it does."""
    number = (news.told.get("metadata") or {}).get("refund", "")
    query = select(Refund).where(Refund.stripe_id == news.told["id"])
    if number.isdecimal() and len(number) < 19:
        query = select(Refund).where(Refund.id == int(number))
    return news.session.scalars(query).first()


def _listed(news: News, told: Mapping[str, Any], name: str, total: int) -> list[Mapping[str, Any]]:
    """Return an object's parts, the newest first; they must make up the total."""
    listed = (told.get(name) or {}).get("data", [])
    if sum(one["amount"] for one in listed) < total and not (told.get(name) or {}).get("has_more"):
        raise Lacking(told["object"], told["id"], news.account)
    return sorted(listed, key=lambda one: -one["created"])
