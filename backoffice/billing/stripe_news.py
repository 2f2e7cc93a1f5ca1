"""What each kind of Stripe's events changes: the object as last seen, the books, our own refund.

An event tells the whole object, so that what it says holds whichever came before. All that must be
known is asked first; what is missing leaves everything as it was.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backoffice.billing import postings
from backoffice.billing.chargeback import hear_chargeback, lock_cases, owe_answer
from backoffice.billing.refund import Refund, RefundKind
from backoffice.billing.refund_outcome import hear, lock_refund
from backoffice.billing.stripe_object import StripeObject, remember
from backoffice.core.lock import lock
from backoffice.marketplace.order import ChargeType, Order, order_by_external_id

OURS = (RefundKind.GOODWILL, RefundKind.COMPENSATION)
RETURNED = ("failed", "canceled")


class Waits(Exception):  # noqa: N818 (an answer: it is applied later)
    """What an event is about is not known yet."""


class Lacking(Exception):  # noqa: N818 (an answer: fetch it, then apply again)
    """An event names an object that must first be fetched of Stripe."""

    def __init__(self, kind: str, id: str, account: str | None) -> None:
        super().__init__(f"{kind} {id} is not known")
        self.kind, self.id, self.account = kind, id, account


class Link(Enum):
    """How an event stands to our orders."""

    NONE = "none"  # about none of them
    KNOWN = "known"
    NEW = "new"  # since it we know which charge is the order's


@dataclass
class News:
    """What an event tells: an object of Stripe's at a time; `account` is a connected one's."""

    session: Session
    told: Mapping[str, Any]
    at: datetime
    account: str | None = None
    order: Order = field(init=False)

    def about(self, order: Order | None, refund: Refund | None = None) -> None:
        """Lock what the event is about: cases, order and refund, in the order that decisions do."""
        if order is None:
            raise Waits(f"no order is known for {self.told['object']} {self.told['id']}")
        if refund is not None:
            lock_cases(self.session, order, refund.case_id)
        self.order = lock(self.session, order)
        if refund is not None:
            lock_refund(self.session, refund)

    def kept(self, charge: str | None) -> Mapping[str, Any]:
        """Keep the object; returns the newest that is known of it."""
        row = remember(
            self.session, self.told, told_at=self.at, order_id=self.order.id, charge=charge
        )
        return row.payload

    @property
    def is_direct(self) -> bool:
        """Whether the charge lies on the seller's account: then only our fee moves our money."""
        return self.order.charge_type == ChargeType.DIRECT


def hear_charge(news: News) -> Link:
    """Learn the order's charge, and post the payment."""
    session, charge = news.session, news.told["id"]
    news.about(_named(news) or _of_charge(session, charge))
    is_paid = news.told["status"] == "succeeded" and news.told["captured"]
    is_ours = news.account is None
    balance = _balance(news) if is_paid and is_ours else None
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
    charge = _id(news.told.get("originating_transaction") or news.told["charge"])
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
    session, charge = news.session, _id(news.told.get("source_transaction"))
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
    session, charge, ours = news.session, _id(news.told.get("charge")), _ours(news)
    if charge is None:
        return Link.NONE
    news.about(ours.order if ours else _of_charge(session, charge), ours)
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
    charge = _id(news.told["charge"])
    order = _of_charge(news.session, charge)
    if order is not None:
        lock_cases(news.session, order)
    news.about(order)
    chargeback = news.kept(charge)
    if not news.is_direct:
        postings.post_chargeback(news.session, news.order, chargeback)
    hear_chargeback(news.session, news.order, chargeback)
    return Link.KNOWN


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
}


def _id(value: Any) -> Any:
    """Return the id of an object that may be expanded."""
    return value["id"] if isinstance(value, Mapping) else value


def _named(news: News) -> Order | None:
    name = (news.told.get("metadata") or {}).get("order")
    return order_by_external_id(news.session, name) if name else None


def _of_charge(session: Session, charge: str) -> Order | None:
    """Return the order that a charge paid, by what the shop told or by what Stripe did."""
    told = select(StripeObject.order_id).where(StripeObject.id == charge).scalar_subquery()
    query = select(Order).where(or_(Order.charge == charge, Order.id == told))
    return session.scalars(query.order_by(Order.id).limit(1)).first()


def _ours(news: News) -> Refund | None:
    """Return the refund of ours that an object carries out, if it does."""
    number = (news.told.get("metadata") or {}).get("refund", "")
    query = select(Refund).where(Refund.stripe_id == news.told["id"])
    if number.isdecimal() and len(number) < 19:
        query = select(Refund).where(Refund.id == int(number))
    return news.session.scalars(query).first()


def _balance(news: News) -> Mapping[str, Any]:
    """Return the balance transaction of a charge: it says what Stripe keeps."""
    named = news.told["balance_transaction"]
    if named is None:
        raise Waits(f"{news.told['id']} has no balance transaction yet")
    if isinstance(named, Mapping):
        return named
    if (kept := news.session.get(StripeObject, named)) is None:
        raise Lacking("balance_transaction", named, news.account)
    return kept.payload


def _listed(news: News, told: Mapping[str, Any], name: str, total: int) -> list[Mapping[str, Any]]:
    """Return an object's parts, the newest first; they must make up the total."""
    listed = (told.get(name) or {}).get("data", [])
    if sum(one["amount"] for one in listed) < total and not (told.get(name) or {}).get("has_more"):
        raise Lacking(told["object"], told["id"], news.account)
    return sorted(listed, key=lambda one: -one["created"])
