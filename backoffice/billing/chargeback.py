"""Chargebacks: an open one locks refunds, is told to the order's disputes, and is answered."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backoffice.billing.refund import Refund, RefundKind, RefundState
from backoffice.billing.refunding import open_chargeback, refunds_of
from backoffice.billing.stripe_object import StripeObject
from backoffice.core import search
from backoffice.core.case import Case, CaseKey, State
from backoffice.core.clock import day_of
from backoffice.core.money import euros
from backoffice.core.open import note_event
from backoffice.core.outbox import Channel, put_work
from backoffice.core.permissions import SYSTEM
from backoffice.core.text import N_, text
from backoffice.marketplace.order import ChargeType, Order

PREPARE = "chargeback.prepare"
"""The work that lays evidence down at Stripe; its payload names the chargeback."""

FLAG = "chargeback"
QUEUE = "disputes"
ENDS = {
    "won": N_("won, the money is back"),
    "lost": N_("lost, the bank keeps the money"),
    "warning_closed": N_("withdrawn by the bank"),
    "prevented": N_("prevented"),
}
UNANSWERED = ("needs_response", "warning_needs_response")


class Evidence(NamedTuple):
    """What is told the bank, and the key under which it is told once."""

    fields: dict[str, str]
    idempotency_key: str


def lock_cases(session: Session, order: Order, case_id: int | None = None) -> list[Case]:
    """Return the disputes about an order (and one more case), locked as decisions do: before it."""
    keys = select(CaseKey.case_id).where(
        CaseKey.kind == "order", CaseKey.value == search.key(order.external_id)
    )
    of_order = (Case.queue == QUEUE) & Case.id.in_(keys)
    query = select(Case).where(or_(of_order, Case.id == case_id)).order_by(Case.id)
    return list(session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def hear_chargeback(session: Session, order: Order, told: Mapping[str, Any]) -> None:
    """Tell the disputes about an order that its payment is contested, or no longer."""
    is_open = open_chargeback(session, order) is not None
    for case in lock_cases(session, order):
        if case.state == State.CLOSED or (FLAG in case.flags) == is_open:
            continue
        case.flag(FLAG, on=is_open)
        values: dict[str, Any] = {"amount": euros(told["amount"])}
        if is_open:
            note_event(session, case, SYSTEM, "chargeback_opened", internal=True, values=values)
        else:
            values["status"] = text(ENDS.get(told["status"], told["status"])).to_json()
            note_event(session, case, SYSTEM, "chargeback_closed", internal=True, values=values)
    owe_answer(session, order)


def owe_answer(session: Session, order: Order) -> None:
    """Owe the answer to an open chargeback where the buyer was refunded by us."""
    chargeback = open_chargeback(session, order)
    if chargeback is not None and evidence_of(session, chargeback) is not None:
        put_work(session, Channel.BILLING, PREPARE, {"dispute_id": chargeback.id})


def evidence_of(session: Session, chargeback: StripeObject) -> Evidence | None:
    """Return what shows that a contested payment was refunded; None where there is nothing to say.

    On a direct charge it is the seller who answers.
    """
    order = session.get_one(Order, chargeback.order_id)
    paid = [one for one in refunds_of(session, order) if _is_paid(one)]
    if chargeback.status not in UNANSWERED or not paid or order.charge_type == ChargeType.DIRECT:
        return None
    said = " ".join(map(_sentence, paid))
    fields = {"uncategorized_text": f"Order {order.external_id}. {said}"}
    told = sha256(said.encode()).hexdigest()[:16]
    return Evidence(fields, f"chargeback:{chargeback.id}:{told}")


def _is_paid(refund: Refund) -> bool:
    is_with_stripe = refund.state in (RefundState.REQUESTED, RefundState.SUCCEEDED)
    return is_with_stripe and refund.kind != RefundKind.COMPENSATION


def _sentence(refund: Refund) -> str:
    """Say one refund to the bank, in English as the scheme reads it."""
    amount = euros(refund.amount_minor)["en"]
    if refund.state == RefundState.REQUESTED or refund.settled_at is None:
        return f"A refund of {amount} ({refund.stripe_id}) is on its way to the cardholder."
    day = day_of(refund.settled_at)
    return f"The cardholder was refunded {amount} on {day} (refund {refund.stripe_id})."
