"""What people do about a move that does not match: explain it, join it, have an entry posted.

An entry that only makes the books agree with Stripe is asked for by one person and confirmed by
another, who is never the same.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.ledger import Line, Source, post
from backoffice.billing.postings import JOURNAL, STRIPE
from backoffice.billing.recon import ADJUSTING
from backoffice.billing.recon_model import (
    OPEN,
    AdjustmentState,
    MatchState,
    ReconAdjustment,
    ReconBalance,
    ReconMatch,
)
from backoffice.core.audit import record
from backoffice.core.clock import now, paris_day
from backoffice.core.lock import lock
from backoffice.core.permissions import Actor
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text

STREAM = "reconciliation"
ACCOUNTS = ("471", "580", "6278", "654", "658", "758")
"""What an adjusting entry may stand against: suspense, transit, fees, losses, rounding."""


def explain(session: Session, match: ReconMatch, reason: str, actor: Actor) -> None:
    """Write down why a difference is right as it is; it stays in the figures, explained."""
    _open_row(session, match)
    _settle(match, reason, actor)
    _record(session, "match.explained", actor, match)


def join(
    session: Session, match: ReconMatch, other: ReconMatch, reason: str, actor: Actor
) -> ReconMatch:
    """Say that a move and an entry of the same amount belong together, and why; returns the row."""
    for one in sorted((match, other), key=lambda one: one.id):
        _open_row(session, one)
    move, entry = (match, other) if match.txn_id else (other, match)
    is_pair = move.entry_id is None and entry.txn_id is None and entry.entry_id is not None
    if not is_pair or (move.currency, move.stripe_minor) != (entry.currency, entry.ledger_minor):
        raise NotPossible(text("A move at Stripe and an entry of the same amount are needed."))
    for adjustment in entry.adjustments:
        adjustment.match_id = move.id
    session.flush()
    move.entry_id, move.ledger_minor, move.difference_minor = entry.entry_id, entry.ledger_minor, 0
    session.expire(entry, ["adjustments"])
    session.delete(entry)
    _settle(move, reason, actor)
    _record(session, "match.joined", actor, move)
    return move


def open_again(session: Session, match: ReconMatch, actor: Actor) -> None:
    """Take back an explanation; what was joined is parted. An entry that was posted stays.

    Raises NotPossible where the row is not explained, or was adjusted.
    """
    lock(session, match)
    is_adjusted = any(one.state == AdjustmentState.CONFIRMED for one in match.adjustments)
    if match.state != MatchState.EXPLAINED or is_adjusted:
        raise NotPossible(text("Only an explanation can be taken back, not an entry."))
    match.reason, match.by_id, match.at = "", None, now()
    if match.txn_id is None:
        match.state = MatchState.MISSING_AT_STRIPE
    elif match.entry_id is None:
        match.state = MatchState.MISSING_IN_LEDGER
    else:
        _part(session, match)
    session.flush()
    _record(session, "match.opened", actor, match)


def ask_adjustment(
    session: Session, match: ReconMatch, account_code: str, reason: str, actor: Actor
) -> ReconAdjustment:
    """Ask for the entry that makes the books say what Stripe says, against an account."""
    _open_row(session, match)
    if account_code not in ACCOUNTS or not match.difference_minor:
        raise NotPossible(text("There is nothing to adjust."))
    asked = ReconAdjustment(
        match_id=match.id, account_code=account_code, amount_minor=-match.difference_minor,
        currency=match.currency, reason=reason, asked_by_id=actor.id,
    )  # fmt: skip
    session.add(asked)
    session.flush()
    _record(session, "adjustment.asked", actor, match, adjustment=asked.id)
    return asked


def confirm_adjustment(session: Session, asked: ReconAdjustment, actor: Actor) -> None:
    """Post what somebody else asked for; its row is explained by it.

    It is dated as the move, so that it comes into that month or into the first open one.
    """
    match = _answered_by(session, asked, actor)
    if match.difference_minor != -asked.amount_minor:
        raise NotPossible(text("The difference is another by now. Send it back."))
    entry_id = post(
        session,
        idem_key=f"{ADJUSTING}:{asked.id}",
        kind="adjustment",
        journal=JOURNAL,
        occurred_on=paris_day(match.moved_at),
        lines=[Line(STRIPE, asked.amount_minor), Line(asked.account_code, -asked.amount_minor)],
        source=Source(ADJUSTING, str(asked.id)),
        currency=asked.currency,
        piece_ref=match.txn_id or match.source_id,
        posted_by=actor.ref,
    )
    asked.state, asked.entry_id = AdjustmentState.CONFIRMED, entry_id
    match.ledger_minor += asked.amount_minor
    match.difference_minor = 0
    balance = session.get(ReconBalance, asked.currency, with_for_update=True)
    if balance is not None:
        balance.ledger_minor += asked.amount_minor
    match.state, match.reason = MatchState.EXPLAINED, asked.reason
    match.by_id, match.at = asked.asked_by_id, now()
    session.flush()
    _record(session, "adjustment.confirmed", actor, match, adjustment=asked.id)


def send_back(session: Session, asked: ReconAdjustment, answer: str, actor: Actor) -> None:
    """Refuse what somebody else asked for, and say why; it may be asked anew."""
    match = _answered_by(session, asked, actor)
    asked.state, asked.answer = AdjustmentState.SENT_BACK, answer
    session.flush()
    _record(session, "adjustment.sent_back", actor, match, adjustment=asked.id)


def cancel_adjustment(session: Session, asked: ReconAdjustment, actor: Actor) -> None:
    """Take back what one asked for oneself."""
    match = _waiting(session, asked)
    if actor.id != asked.asked_by_id:
        raise NotPossible(text("Only who asked for it can cancel it."))
    asked.state, asked.answered_at, asked.answered_by_id = (
        AdjustmentState.CANCELLED, now(), actor.id,
    )  # fmt: skip
    session.flush()
    _record(session, "adjustment.cancelled", actor, match, adjustment=asked.id)


def waiting_of(session: Session, match: ReconMatch) -> ReconAdjustment | None:
    """Return the adjusting entry of a row that waits for a second person."""
    query = select(ReconAdjustment).where(
        ReconAdjustment.match_id == match.id, ReconAdjustment.state == AdjustmentState.ASKED
    )
    return session.scalars(query).first()


def _open_row(session: Session, match: ReconMatch) -> None:
    """Lock a row; raises NotPossible unless it is to be explained and nobody waits."""
    lock(session, match)
    if match.state not in OPEN:
        raise NotPossible(text("This line is settled by now."))
    if waiting_of(session, match) is not None:
        raise NotPossible(text("An adjusting entry of this line waits for a second person."))


def _waiting(session: Session, asked: ReconAdjustment) -> ReconMatch:
    """Lock the row, then what was asked of it; raises NotPossible where that is answered."""
    match = lock(session, asked.match)
    lock(session, asked)
    if asked.state != AdjustmentState.ASKED:
        raise NotPossible(text("This adjusting entry is answered already."))
    return match


def _answered_by(session: Session, asked: ReconAdjustment, actor: Actor) -> ReconMatch:
    match = _waiting(session, asked)
    if actor.id is None or actor.id == asked.asked_by_id:
        raise NotPossible(text("Somebody else must answer what you asked for."))
    asked.answered_at, asked.answered_by_id = now(), actor.id
    return match


def _settle(match: ReconMatch, reason: str, actor: Actor) -> None:
    match.state, match.reason = MatchState.EXPLAINED, reason
    match.by_id, match.at = actor.id, now()


def _part(session: Session, match: ReconMatch) -> None:
    """Give the entry of a row a row of its own again."""
    entry = match.entry
    alone = ReconMatch(
        entry_id=match.entry_id, source_id=entry.source_id if entry else "",
        state=MatchState.MISSING_AT_STRIPE, currency=match.currency, stripe_minor=0,
        ledger_minor=match.ledger_minor, difference_minor=match.ledger_minor,
        moved_at=match.moved_at, at=entry.posted_at if entry else now(),
    )  # fmt: skip
    match.state = MatchState.MISSING_IN_LEDGER
    match.entry_id, match.ledger_minor = None, 0
    match.difference_minor = -match.stripe_minor
    session.add(alone)


def _record(session: Session, verb: str, actor: Actor, match: ReconMatch, **more: Any) -> None:
    detail = {"row": match.id, "txn": match.txn_id, "entry": str(match.entry_id or ""), **more}
    record(session, stream=STREAM, verb=verb, actor=actor, detail=detail)
