"""Reading what moved our balance at Stripe: page by page, each move kept once.

A list goes back in time, so that a sweep which broke off has read the newest and lacks the rest:
where it stands is written down with each page, and only a whole sweep counts for the next one.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backoffice.billing.recon_model import (
    BalanceSweep,
    MatchState,
    Payout,
    ReconMatch,
    StripeBalanceTxn,
)
from backoffice.billing.stripe import PAGE
from backoffice.core.clock import now, paris_day
from backoffice.core.outbox import Channel, OutboxMessage, OutboxState, put_work
from config.settings import get_settings

OVERLAP = timedelta(hours=6)  # read anew each time: what Stripe shows late is not missed
SWEEP = "balance.sweep"
"""The work that reads what moved since the last sweep, and matches it with the books."""
HEAR = "balance.hear"
"""The work that asks Stripe for the object behind a move that the books lack."""

EVENT_TIME = timedelta(minutes=10)  # until then its event is only on its way
FIRST_WAIT = timedelta(hours=1)  # before Stripe is asked again; doubled each time
TRIES_MAX = 8
HEARD_AT_ONCE_MAX = 500


class Place(NamedTuple):
    """Where a sweep stands: what is asked of Stripe next."""

    began_at: datetime
    since: datetime | None
    after: str | None


def owe_sweep(session: Session) -> None:
    """Owe a sweep, unless one is owed or no key for Stripe is set."""
    owed = select(OutboxMessage.id).where(
        OutboxMessage.channel == Channel.BILLING,
        OutboxMessage.event == SWEEP,
        OutboxMessage.state == OutboxState.PENDING,
    )
    if get_settings().stripe_key.get_secret_value() and not session.scalars(owed).first():
        put_work(session, Channel.BILLING, SWEEP, {})


def place_of_sweep(session: Session) -> Place:
    """Return where the sweep stands that is going on; begins one where there is none."""
    session.execute(insert(BalanceSweep).values(id=1).on_conflict_do_nothing())
    sweep = session.get_one(BalanceSweep, 1, with_for_update=True, populate_existing=True)
    if sweep.began_at is None:
        sweep.began_at, sweep.after = now(), None
        sweep.since = sweep.complete_at - OVERLAP if sweep.complete_at else None
    return Place(sweep.began_at, sweep.since, sweep.after)


def keep_page(session: Session, place: Place, page: Sequence[Mapping[str, Any]]) -> bool:
    """Keep one page of a sweep and where it stands now; returns whether it was the last.

    A page that somebody else kept meanwhile changes nothing.
    """
    sweep = session.get_one(BalanceSweep, 1, with_for_update=True, populate_existing=True)
    keep_transactions(session, page)
    is_last = len(page) < PAGE
    if (sweep.began_at, sweep.after) == (place.began_at, place.after):
        sweep.after = None if is_last else page[-1]["id"]
        if is_last:
            sweep.complete_at, sweep.began_at = sweep.began_at, None
    return is_last


def keep_transactions(
    session: Session, told: Sequence[Mapping[str, Any]], payout_id: str | None = None
) -> None:
    """Keep moves of our balance, each once; `payout_id` is the payout that took them."""
    if not told:
        return
    made = insert(StripeBalanceTxn).values([_values(one, payout_id) for one in told])
    keep = (
        made.on_conflict_do_update(index_elements=["id"], set_={"payout_id": payout_id})
        if payout_id
        else made.on_conflict_do_nothing()
    )
    session.execute(keep)


def payout_is_listed(session: Session, payout_id: str) -> None:
    """Write down that all transactions of a payout are read."""
    session.get_one(Payout, payout_id).listed_at = now()


def owe_hearing(session: Session) -> None:
    """Owe the asking for objects whose move the books lack: after an hour again, then two, four…"""
    doubled = func.power(2, StripeBalanceTxn.tries - 1)
    lacking = (
        select(StripeBalanceTxn)
        .join(ReconMatch, ReconMatch.txn_id == StripeBalanceTxn.id)
        .where(
            ReconMatch.state == MatchState.MISSING_IN_LEDGER,
            StripeBalanceTxn.source_id != "",
            StripeBalanceTxn.created_at < now() - EVENT_TIME,
            StripeBalanceTxn.tries < TRIES_MAX,
            or_(
                StripeBalanceTxn.tried_at.is_(None),
                StripeBalanceTxn.tried_at + FIRST_WAIT * doubled <= now(),
            ),
        )
        # What follows from a charge is not understood before it.
        .order_by(StripeBalanceTxn.type != "charge", StripeBalanceTxn.created_at)
        .limit(HEARD_AT_ONCE_MAX)
    )
    for txn in session.scalars(lacking).all():
        txn.tries, txn.tried_at = txn.tries + 1, now()
        put_work(session, Channel.BILLING, HEAR, {"txn_id": txn.id})


def _values(told: Mapping[str, Any], payout_id: str | None) -> dict[str, Any]:
    source = told["source"]
    return {
        "id": told["id"],
        "type": told["type"],
        "reporting_category": told["reporting_category"],
        "amount_minor": told["amount"],
        "fee_minor": told["fee"],
        "net_minor": told["net"],
        "currency": told["currency"].upper(),
        "available_on": paris_day(_time(told["available_on"])),
        "payout_id": payout_id,
        "source_id": (source["id"] if isinstance(source, Mapping) else source) or "",
        "created_at": _time(told["created"]),
        "fee_details": told["fee_details"],
    }


def _time(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
