"""How a refund ends: Stripe has it, it succeeded, or it failed and its case is open again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backoffice.billing import chargeback
from backoffice.billing.commission import RefundRule
from backoffice.billing.refund import Refund, RefundKind, RefundState
from backoffice.billing.refund_failure import why
from backoffice.billing.refunding import open_chargeback, refund_rule
from backoffice.core.case import Case, State
from backoffice.core.decide import decide
from backoffice.core.decision import Decision
from backoffice.core.lock import lock
from backoffice.core.money import euros
from backoffice.core.open import note_event
from backoffice.core.outbox import Channel, put_work
from backoffice.core.permissions import SYSTEM

FLAG = "refund_failed"
FEE = "refund.fee"
"""The work that gives commission back where Stripe does not by itself: the `capped` rule."""


def lock_refund(session: Session, refund: Refund) -> Case | None:
    """Lock a refund behind its case, as decisions do; returns the case."""
    case = session.get(Case, refund.case_id) if refund.case_id else None
    if case is not None:
        lock(session, case)
    lock(session, refund)
    return case


def hear(session: Session, refund: Refund, told: Mapping[str, Any], at: datetime) -> None:
    """Bring a refund up to what Stripe's object says of it."""
    refund.stripe_id = told["id"]
    is_first = refund.requested_at is None
    refund.requested_at = refund.requested_at or at
    match told.get("status", "succeeded"):  # a transfer has none: it is done when it is made
        case "succeeded":
            _succeed(session, refund, at)
        case "failed" | "canceled" as status:
            fail_refund(session, refund, told.get("failure_reason") or status, "")
        case _ if refund.state == RefundState.OWED:
            refund.state = RefundState.REQUESTED
    if is_first and refund.state != RefundState.FAILED:
        _owe_fee(session, refund)


def fail_refund(session: Session, refund: Refund, code: str, message: str) -> None:
    """Write down that nothing moved, and open the case again to whoever decided it.

    `message` is what Stripe said, kept as it is beside our own sentence.
    """
    case = lock_refund(session, refund)
    if refund.state == RefundState.FAILED:
        return
    refund.state, refund.settled_at = RefundState.FAILED, None
    refund.failure_code, refund.failure = code, message
    if case is None:
        return
    said = why(code)
    open_again(session, refund, case, f"Stripe: {code}. {message}".strip())
    case.flag(FLAG)
    if open_chargeback(session, refund.order) is not None:
        case.flag(chargeback.FLAG)
    note_event(
        session, case, SYSTEM, "refund_failed", internal=True, body=message,
        values={"amount": euros(refund.amount_minor), "why": said.to_json()},
    )  # fmt: skip


def open_again(session: Session, refund: Refund, case: Case, facts: str) -> None:
    """Give a refund's case, which is locked, back to whoever decided it."""
    if case.state == State.CLOSED:
        decide(
            session, case.reference, "reopen", actor=SYSTEM, version=case.version,
            data={"facts": facts},
        )  # fmt: skip
    if case.state != State.CLOSED:
        case.assignee_id = _decider(session, refund) or case.assignee_id


def _succeed(session: Session, refund: Refund, at: datetime) -> None:
    case = lock_refund(session, refund)
    if refund.state == RefundState.SUCCEEDED:
        return
    refund.state, refund.settled_at = RefundState.SUCCEEDED, at
    refund.failure_code = refund.failure = ""
    if case is not None:
        case.flag(FLAG, on=False)
        values = {"amount": euros(refund.amount_minor)}
        note_event(session, case, SYSTEM, "refund_succeeded", internal=True, values=values)


def _owe_fee(session: Session, refund: Refund) -> None:
    is_capped = refund_rule(session, refund.order) == RefundRule.CAPPED
    if refund.kind == RefundKind.SELLER and is_capped and refund.fee_minor:
        put_work(session, Channel.BILLING, FEE, {"refund_id": refund.id}, case_id=refund.case_id)


def _decider(session: Session, refund: Refund) -> int | None:
    decision = session.get(Decision, refund.decision_id) if refund.decision_id else None
    return decision.actor_id if decision else None
