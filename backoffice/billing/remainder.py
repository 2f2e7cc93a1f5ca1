"""What the books and Stripe do not agree on: the remainder of each currency, and of what it is."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from backoffice.billing.recon_model import (
    MatchState,
    ReconBalance,
    ReconMatch,
)
from backoffice.core.clock import now
from backoffice.core.text import N_

ON_THE_WAY = "on_the_way"
TIME_TO_COME = timedelta(days=1)  # for an entry's move to be seen at Stripe
STANDINGS: dict[str, str] = {
    MatchState.DIFFERS: N_("Amount differs"),
    MatchState.MISSING_IN_LEDGER: N_("Missing in the books"),
    MatchState.MISSING_AT_STRIPE: N_("Missing at Stripe"),
    ON_THE_WAY: N_("On its way"),
    MatchState.EXPLAINED: N_("Explained by hand"),
    MatchState.MATCHED: N_("Matched"),
}
"""How a row stands, as finance reads it: an entry of today may still be seen at Stripe."""


class Part(NamedTuple):
    """Rows that stand alike: how many, and what they leave (cents)."""

    standing: str
    rows: int
    amount_minor: int


class Remainder(NamedTuple):
    """One currency: what the books say we have at Stripe, what Stripe says; cents."""

    currency: str
    ledger_minor: int
    ledger_seen_at: datetime
    stripe_minor: int
    stripe_seen_at: datetime
    unread_minor: int  # what Stripe's balance lacks of its own transactions, as read
    parts: tuple[Part, ...]

    @property
    def total_minor(self) -> int:
        """Return the books' balance less Stripe's."""
        return self.ledger_minor - self.stripe_minor

    @property
    def explained_minor(self) -> int:
        """Return what of it somebody has explained, or is only on its way."""
        known = (MatchState.EXPLAINED, ON_THE_WAY)
        return sum(one.amount_minor for one in self.parts if one.standing in known)

    @property
    def unexplained_minor(self) -> int:
        """Return what of it nobody has explained."""
        return self.total_minor - self.explained_minor


def remainders(session: Session) -> list[Remainder]:
    """Return the remainder of each currency that we ever had at Stripe."""
    parts = _parts(session)
    return [
        Remainder(
            one.currency, one.ledger_minor, one.ledger_seen_at, one.stripe_minor,
            one.stripe_seen_at, one.txns_minor - one.stripe_minor,
            tuple(parts.get((one.currency, name), Part(name, 0, 0)) for name in STANDINGS
                  if name != MatchState.MATCHED),
        )
        for one in session.scalars(select(ReconBalance).order_by(ReconBalance.currency))
    ]  # fmt: skip


def is_young() -> ColumnElement[bool]:
    """Return the condition that a row is an entry whose move may still come."""
    missing = ReconMatch.state == MatchState.MISSING_AT_STRIPE.value
    return and_(missing, ReconMatch.at > now() - TIME_TO_COME)


def standing_of(match: ReconMatch) -> str:
    """Return how a row stands."""
    is_missing = match.state == MatchState.MISSING_AT_STRIPE
    return ON_THE_WAY if is_missing and match.at > now() - TIME_TO_COME else match.state


def _parts(session: Session) -> dict[tuple[str, str], Part]:
    standing = case((is_young(), ON_THE_WAY), else_=ReconMatch.state)
    rows = session.execute(
        select(ReconMatch.currency, standing, func.count(), func.sum(ReconMatch.difference_minor))
        .where(ReconMatch.state != MatchState.MATCHED.value)
        .group_by(ReconMatch.currency, standing)
    )
    return {
        (currency, name): Part(name, number, int(amount)) for currency, name, number, amount in rows
    }
