"""Payouts to our bank: what Stripe says of each, and the bank's line, which finance reads there."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backoffice.billing.postings import post_bank_line
from backoffice.billing.recon_model import Payout
from backoffice.core.audit import record
from backoffice.core.clock import now, paris_day
from backoffice.core.lock import lock
from backoffice.core.outbox import Channel, put_work
from backoffice.core.permissions import Actor
from backoffice.core.refusal import NotPossible
from backoffice.core.text import N_, text

COMPLETED = "completed"
LIST = "payout.list"
"""The work that reads of which transactions an automatic payout is made."""

STATUSES = {
    "pending": N_("Being prepared"),
    "in_transit": N_("On its way to the bank"),
    "paid": N_("Paid out"),
    "failed": N_("Came back"),
    "canceled": N_("Cancelled"),
}
RETURNED = ("failed", "canceled")


def keep_payout(
    session: Session, told: Mapping[str, Any], at: datetime, *, is_complete: bool
) -> Payout:
    """Bring a payout up to Stripe's object; once it is complete, owe the reading of its parts."""
    made = insert(Payout).values(
        id=told["id"], amount_minor=told["amount"], currency=told["currency"].upper(),
        status=told["status"], automatic=told["automatic"], reconciliation_status="",
        arrives_on=_day(told["arrival_date"]), created_at=_time(told["created"]), told_at=at,
    )  # fmt: skip
    session.execute(made.on_conflict_do_nothing())
    payout = lock(session, session.get_one(Payout, told["id"]))
    payout.status, payout.arrives_on = told["status"], _day(told["arrival_date"])
    payout.failure_code, payout.told_at = told["failure_code"] or "", max(payout.told_at, at)
    # Told in the same second as the payment, and never taken back.
    if payout.reconciliation_status != COMPLETED:
        payout.reconciliation_status = COMPLETED if is_complete else told["reconciliation_status"]
        if is_complete and payout.automatic:
            put_work(session, Channel.BILLING, LIST, {"payout_id": payout.id})
    return payout


def confirm_bank_line(
    session: Session, payout: Payout, *, on: date, reference: str, actor: Actor
) -> None:
    """Write down on which day our bank booked a payout, under which words of its own.

    Raises NotPossible where the payout came back, is confirmed already or the day cannot be.
    """
    lock(session, payout)
    if payout.status in RETURNED:
        raise NotPossible(text("This payout came back: the bank does not have it."))
    if payout.banked_on is not None:
        raise NotPossible(text("The bank’s line of this payout is confirmed already."))
    if not paris_day(payout.created_at) <= on <= paris_day(now()):
        raise NotPossible(text("Give a day from the payout’s own until today."))
    payout.banked_on, payout.bank_reference = on, reference
    payout.banked_at, payout.banked_by_id = now(), actor.id
    post_bank_line(
        session, payout.id, payout.amount_minor, payout.currency, on=on, piece_ref=payout.id,
        posted_by=actor.ref,
    )  # fmt: skip
    record(session, stream="reconciliation", verb="payout.banked", actor=actor,
           detail={"payout": payout.id, "on": on.isoformat()})  # fmt: skip


def _time(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def _day(second: int) -> date:
    return paris_day(_time(second))
