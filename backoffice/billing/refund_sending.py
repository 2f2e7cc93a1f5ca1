"""Asking Stripe for what is owed: nothing is locked while it answers, nothing is done twice.

A worker may be killed between Stripe's answer and our commit. What was done is then found again by
the refund's own number at Stripe, or repeated under the same key, which does it once.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing import chargeback, stripe
from backoffice.billing.commission import RefundRule
from backoffice.billing.refund import Refund, RefundKind, RefundState
from backoffice.billing.refund_failure import CHARGEBACK
from backoffice.billing.refund_outcome import fail_refund, hear, lock_refund
from backoffice.billing.refunding import open_chargeback, refund_rule
from backoffice.billing.stripe_object import StripeObject
from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.work import unit_of_work
from backoffice.marketplace.order import ChargeType


class Asked(NamedTuple):
    """What a refund asks of Stripe, read in one go."""

    kind: str
    charge: str
    amount_minor: int
    currency: str
    account: str | None  # the seller's, of a direct charge
    destination: str | None  # the seller's, to compensate it
    with_fee: bool
    metadata: dict[str, str]
    idempotency_key: str


def send_refund(session: Session, refund_id: int) -> None:
    """Ask Stripe for one refund that is owed, and write down its answer."""
    with unit_of_work(session):
        asked = _asked(session, session.get_one(Refund, refund_id))
    if asked is None:
        return
    try:
        answer = _find(session, asked) or _ask(asked)
    except stripe.StripeRefused as refusal:
        with unit_of_work(session):
            refund = _locked(session, refund_id)
            if refund.state == RefundState.OWED:
                fail_refund(session, refund, refusal.code, refusal.message)
        return
    with unit_of_work(session):
        refund = _locked(session, refund_id)
        _write_down(session, refund, answer, now())


def send_fee(session: Session, refund_id: int) -> None:
    """Give back the part of our commission that goes with a refund of the `capped` rule."""
    with unit_of_work(session):
        refund = session.get_one(Refund, refund_id)
        asked = _asked_of(session, refund)
        known = select(StripeObject.id).where(
            StripeObject.charge == asked.charge, StripeObject.type == "application_fee"
        )
        fee = session.scalars(known).first()
        amount_minor = refund.fee_minor
    if fee is None:
        charge = stripe.retrieve("charge", asked.charge, account=asked.account)
        fee = charge["application_fee"]
    given = stripe.retrieve("application_fee", fee)["refunds"]["data"]
    if any((one.get("metadata") or {}) == asked.metadata for one in given):
        return
    stripe.refund_fee(
        fee,
        amount_minor=amount_minor,
        metadata=asked.metadata,
        idempotency_key=f"{asked.idempotency_key}:fee",
    )


def prepare_chargeback(session: Session, dispute_id: str) -> None:
    """Lay down at Stripe that a contested payment was refunded; a person sends it to the bank."""
    with unit_of_work(session):
        evidence = chargeback.evidence_of(session, session.get_one(StripeObject, dispute_id))
    if evidence is not None:
        stripe.prepare_chargeback(
            dispute_id, evidence=evidence.fields, idempotency_key=evidence.idempotency_key
        )


def _asked(session: Session, refund: Refund) -> Asked | None:
    """Return what to ask; None when there is nothing (any more), or when it may not be asked."""
    lock_refund(session, refund)
    if refund.state != RefundState.OWED:
        return None
    asked = _asked_of(session, refund)
    if refund.kind == RefundKind.COMPENSATION:
        if asked.destination is None:
            fail_refund(session, refund, "no_account", "")
            return None
    elif open_chargeback(session, refund.order) is not None:
        fail_refund(session, refund, CHARGEBACK, "")
        return None
    return asked


def _asked_of(session: Session, refund: Refund) -> Asked:
    order = refund.order
    case = session.get(Case, refund.case_id) if refund.case_id else None
    is_direct = order.charge_type == ChargeType.DIRECT
    return Asked(
        kind=refund.kind,
        charge=order.charge or "",
        amount_minor=refund.amount_minor,
        currency=refund.currency,
        account=order.seller.stripe_account if is_direct else None,
        destination=order.seller.stripe_account,
        with_fee=(
            refund.kind == RefundKind.SELLER
            and refund_rule(session, order) == RefundRule.PROPORTIONAL
        ),
        metadata={"refund": str(refund.id), "case": case.reference if case else ""},
        idempotency_key=refund.idempotency_key,
    )


def _find(session: Session, asked: Asked) -> dict[str, Any] | None:
    """Return what an earlier attempt brought about: Stripe forgets keys after a day."""
    if asked.kind == RefundKind.COMPENSATION:
        with unit_of_work(session):
            number = StripeObject.payload["metadata"]["refund"].astext
            made = select(StripeObject.payload).where(
                StripeObject.type == "transfer", number == asked.metadata["refund"]
            )
            return session.scalars(made).first()
    for one in stripe.list_refunds_of_charge(asked.charge, account=asked.account):
        if (one.get("metadata") or {}).get("refund") == asked.metadata["refund"]:
            return one
    return None


def _ask(asked: Asked) -> dict[str, Any]:
    if asked.kind == RefundKind.COMPENSATION:
        return stripe.create_transfer(
            destination=asked.destination or "",
            amount_minor=asked.amount_minor,
            currency=asked.currency,
            metadata=asked.metadata,
            idempotency_key=asked.idempotency_key,
        )
    return stripe.create_refund(
        charge=asked.charge,
        amount_minor=asked.amount_minor,
        reverse_transfer=asked.kind == RefundKind.SELLER and asked.account is None,
        refund_application_fee=asked.with_fee,
        metadata=asked.metadata,
        idempotency_key=asked.idempotency_key,
        account=asked.account,
    )


def _locked(session: Session, refund_id: int) -> Refund:
    refund = session.get_one(Refund, refund_id)
    lock_refund(session, refund)
    return refund


def _write_down(session: Session, refund: Refund, answer: dict[str, Any], at: datetime) -> None:
    """Take over Stripe's answer, unless an event, which is newer, has said more."""
    if refund.state != RefundState.OWED:
        return
    hear(session, refund, answer, at)
    chargeback.owe_answer(session, refund.order)
