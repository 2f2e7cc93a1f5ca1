"""The rows of the reconciliation as finance looks at them, the latest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, not_, or_, select, true
from sqlalchemy.orm import Session

from backoffice.billing.ledger_model import JournalEntry
from backoffice.billing.recon_model import (
    OPEN,
    AdjustmentState,
    MatchState,
    ReconAdjustment,
    ReconMatch,
    StripeBalanceTxn,
)
from backoffice.billing.remainder import ON_THE_WAY, STANDINGS, is_young, standing_of
from backoffice.core.money import Money
from backoffice.core.text import N_
from backoffice.web.pagination import Count, Keyset, count_up_to
from backoffice.web.sheet import AsIs

TO_EXPLAIN, WAITING, ALL = "to_explain", "waiting", "all"
VIEWS: dict[str, str] = {
    TO_EXPLAIN: N_("To explain"),
    WAITING: N_("To be confirmed"),
    **STANDINGS,
    ALL: N_("All"),
}
TYPES: dict[str, str] = {
    "charge": N_("Payment by card"),
    "payment": N_("Other payment"),
    "application_fee": N_("Commission"),
    "application_fee_refund": N_("Commission given back"),
    "transfer": N_("Transfer to a seller"),
    "transfer_refund": N_("Transfer taken back"),
    "refund": N_("Refund"),
    "refund_failure": N_("Refund that came back"),
    "adjustment": N_("Chargeback or correction"),
    "payout": N_("Payout"),
    "payout_failure": N_("Payout that came back"),
    "payout_cancel": N_("Payout cancelled"),
    "stripe_fee": N_("Stripe’s fee"),
    "topup": N_("Top-up"),
}
"""Stripe's words for what moved; others are shown as they are."""
COUNTED = (TO_EXPLAIN, WAITING, *OPEN, ON_THE_WAY)
ORDER = Keyset((ReconMatch.moved_at, ReconMatch.id), descending=True)
WORDS_MAX = 200
HEADINGS = (
    N_("Stripe’s object"), N_("Piece"), N_("Kind"), N_("State"), N_("Books"), N_("Stripe"),
    N_("Difference"), N_("Moved on"), N_("Reason"),
)  # fmt: skip


@dataclass(frozen=True)
class ReconList:
    """Which rows are shown, as the address says it."""

    view: str
    type: str
    sought: str

    @classmethod
    def read(cls, view: str, type: str, sought: str) -> "ReconList":
        """Read it from an address; what does not exist gives what is to be explained.

        What is searched for is looked for in all views, unless one is named.
        """
        sought = sought.replace("\0", "").strip()[:WORDS_MAX]
        if view not in VIEWS:
            view = ALL if sought else TO_EXPLAIN
        return cls(view, type if type in TYPES else "", sought)

    def rows(self) -> Select[Any]:
        """Select the rows, in no order."""
        query = select(ReconMatch).where(condition(self.view))
        if self.type:
            query = query.where(ReconMatch.txn.has(StripeBalanceTxn.type == self.type))
        if self.sought:
            query = query.where(self._named())
        return query

    def counts(self, session: Session) -> dict[str, Count]:
        """Count what somebody has to look at."""
        return {
            view: count_up_to(session, select(ReconMatch).where(condition(view)))
            for view in COUNTED
        }

    def _named(self) -> ColumnElement[bool]:
        """Return the condition that a row is of this object, transaction, payout or order."""
        of_order = select(JournalEntry.id).where(JournalEntry.piece_ref == self.sought)
        of_payout = select(StripeBalanceTxn.id).where(StripeBalanceTxn.payout_id == self.sought)
        return or_(
            ReconMatch.source_id == self.sought,
            ReconMatch.txn_id == self.sought,
            ReconMatch.txn_id.in_(of_payout),
            ReconMatch.entry_id.in_(of_order),
        )


def file_rows(session: Session, chosen: ReconList) -> Iterator[tuple[Any, ...]]:
    """Yield a list as rows of a file; a side that lacks has no amount."""
    yield HEADINGS
    for one in ORDER.every(session, chosen.rows()):
        entry, txn = one.entry, one.txn
        yield (
            AsIs(one.source_id or one.txn_id), AsIs(entry.piece_ref if entry else ""),
            TYPES.get(txn.type, AsIs(txn.type)) if txn else N_("Entry of the books"),
            STANDINGS[standing_of(one)],
            Money(one.ledger_minor, one.currency) if one.entry_id or one.ledger_minor else None,
            Money(one.stripe_minor, one.currency) if one.txn_id else None,
            Money(one.difference_minor, one.currency), one.moved_at, AsIs(one.reason),
        )  # fmt: skip


def condition(view: str) -> ColumnElement[bool]:
    """Return the condition that a row is in a view."""
    match view:
        case "all":
            return true()
        case "to_explain":
            return and_(ReconMatch.state.in_(OPEN), not_(is_young()))
        case "waiting":
            asked = ReconAdjustment.state == AdjustmentState.ASKED
            return ReconMatch.adjustments.any(asked)
        case "on_the_way":
            return is_young()
        case MatchState.MISSING_AT_STRIPE:
            return and_(ReconMatch.state == view, not_(is_young()))
    return ReconMatch.state == view


def candidates(session: Session, match: ReconMatch, limit: int = 20) -> list[ReconMatch]:
    """Return the rows of the other side that move the same amount: the nearest in time first."""
    is_move = match.txn_id is not None
    if match.state not in (MatchState.MISSING_IN_LEDGER, MatchState.MISSING_AT_STRIPE):
        return []
    wanted = MatchState.MISSING_AT_STRIPE if is_move else MatchState.MISSING_IN_LEDGER
    amount = ReconMatch.ledger_minor if is_move else ReconMatch.stripe_minor
    rows = session.scalars(
        select(ReconMatch)
        .where(
            ReconMatch.state == wanted,
            ReconMatch.currency == match.currency,
            amount == (match.stripe_minor if is_move else match.ledger_minor),
        )
        .order_by(ReconMatch.moved_at.desc(), ReconMatch.id.desc())
        .limit(limit)
    ).unique()
    return sorted(rows, key=lambda one: abs(one.moved_at - match.moved_at))
