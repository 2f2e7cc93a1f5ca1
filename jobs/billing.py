"""What is asked of Stripe outside any transaction: what an event lacks, and what moved our balance.

Whatever breaks in between is done again: each step keeps what it read, and keeps it once.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from backoffice.billing import stripe
from backoffice.billing.balance_txns import (
    SWEEP,
    keep_page,
    keep_transactions,
    owe_hearing,
    payout_is_listed,
    place_of_sweep,
)
from backoffice.billing.news import Lacking
from backoffice.billing.plan_turn import hear_waiting
from backoffice.billing.recon import match, note_balances
from backoffice.billing.stripe_events import apply_event, apply_object, fail_event
from backoffice.billing.stripe_object import remember
from backoffice.core.clock import now
from backoffice.core.outbox import Channel, put_work
from backoffice.core.work import unit_of_work

log = logging.getLogger(__name__)

FETCHED_MAX = 3  # objects for one event; more is a fault
PAGES_AT_ONCE = 50  # of one piece of work; the next goes on
PAYOUTS_FOR = timedelta(days=14)  # how long a payout may change
PARENTS = {"transfer_reversal": "transfer", "fee_refund": "fee"}
"""What is told as part of another object, and the name under which it names that one."""


def apply_stripe_event(session: Session, event_id: str) -> None:
    """Apply one event; one that can never be applied is set aside with the reason."""
    try:
        _apply(session, lambda: apply_event(session, event_id))
    except (IntegrityError, LookupError, TypeError, ValueError) as error:
        log.exception("Stripe's event %s cannot be applied", event_id)
        with unit_of_work(session):
            fail_event(session, event_id, repr(error))


def apply_month(session: Session, event_id: str) -> None:
    """Apply a month that is asked for, then those that wait beside it, many at once.

    Where one of those cannot be applied each is applied by itself, as its own work says.
    """
    apply_stripe_event(session, event_id)
    try:
        with unit_of_work(session):
            hear_waiting(session)
    except (DBAPIError, LookupError, TypeError, ValueError):
        log.exception("months are applied one by one")


def sweep_balance(session: Session) -> None:
    """Read what moved our balance since the last sweep, then match all of it with the books."""
    for _ in range(PAGES_AT_ONCE):
        with unit_of_work(session):
            place = place_of_sweep(session)
        page = stripe.list_balance_transactions(since=place.since, after=place.after)
        with unit_of_work(session):
            is_last = keep_page(session, place, page)
        if is_last:
            break
    else:
        with unit_of_work(session):
            put_work(session, Channel.BILLING, SWEEP, {})
        return
    held, at = stripe.read_balance(), now()
    for payout in stripe.list_payouts(since=at - PAYOUTS_FOR):
        _apply_told(session, payout)
    with unit_of_work(session):
        match(session)
        note_balances(session, held)
        owe_hearing(session)


def hear_of_move(session: Session, txn_id: str) -> None:
    """Apply the object behind a move that the books lack, as the event would have that was lost."""
    told = stripe.retrieve("balance_transaction", txn_id, expand=["source"])["source"]
    if not isinstance(told, Mapping):
        return
    if (name := PARENTS.get(told["object"])) is not None:
        kind = "application_fee" if name == "fee" else name
        told = stripe.retrieve(kind, told[name])
    _apply_told(session, told)


def list_payout(session: Session, payout_id: str) -> None:
    """Read of which transactions an automatic payout is made."""
    after = None
    while True:
        page = stripe.list_balance_transactions(payout=payout_id, after=after)
        is_last = len(page) < stripe.PAGE
        with unit_of_work(session):
            keep_transactions(session, page, payout_id)
            if is_last:
                payout_is_listed(session, payout_id)
                return
        after = page[-1]["id"]


def _apply_told(session: Session, told: Mapping[str, Any]) -> None:
    at = now()
    _apply(session, lambda: apply_object(session, told, at))


def _apply(session: Session, work: Callable[[], None]) -> None:
    """Do it in a transaction; what it lacks is fetched, and all is done again from the start."""
    for _ in range(FETCHED_MAX):
        try:
            with unit_of_work(session):
                work()
        except Lacking as lacking:
            told = stripe.retrieve(lacking.kind, lacking.id, account=lacking.account)
            with unit_of_work(session):
                remember(session, told, told_at=now())
        else:
            return
    raise LookupError("it lacks more than Stripe tells")
