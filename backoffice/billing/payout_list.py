"""The payouts as finance looks at them: what the bank has, what it lacks, what each is made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from backoffice.billing.payout import RETURNED, STATUSES
from backoffice.billing.recon_model import Payout, ReconMatch, StripeBalanceTxn
from backoffice.core.clock import now
from backoffice.core.money import Money
from backoffice.core.text import N_
from backoffice.web.pagination import Keyset
from backoffice.web.sheet import AsIs

VIEWS: dict[str, str] = {
    "at_the_bank": N_("To confirm at the bank"),
    "returned": N_("Came back"),
    "confirmed": N_("Confirmed"),
    "all": N_("All"),
}
ORDER = Keyset((Payout.created_at, Payout.id), descending=True)
OF_PAYOUT = Keyset((ReconMatch.moved_at, ReconMatch.id), descending=True)
HEADINGS = (
    N_("Payout"), N_("Amount"), N_("At Stripe"), N_("Made on"), N_("Expected on"),
    N_("At the bank"), N_("The bank’s words"),
)  # fmt: skip
LATE = timedelta(days=7)
"""After so long without a line at the bank somebody should ask."""


@dataclass(frozen=True)
class PayoutList:
    """Which payouts are shown, as the address says it."""

    view: str

    @classmethod
    def read(cls, view: str) -> "PayoutList":
        """Read it from an address; a view that does not exist gives them all."""
        return cls(view if view in VIEWS else "all")

    def rows(self) -> Select[Any]:
        """Select the payouts, in no order."""
        return select(Payout).where(self._condition())

    def _condition(self) -> ColumnElement[bool]:
        match self.view:
            case "returned":
                return Payout.status.in_(RETURNED)
            case "confirmed":
                return Payout.banked_on.is_not(None) & Payout.status.not_in(RETURNED)
            case "at_the_bank":
                return Payout.banked_on.is_(None) & Payout.status.not_in(RETURNED)
        return true()


class Made(NamedTuple):
    """Of how many transactions a payout is made, and their sum in cents."""

    moves: int
    net_minor: int


def file_rows(session: Session, chosen: PayoutList) -> Iterator[tuple[Any, ...]]:
    """Yield a list as rows of a file."""
    yield HEADINGS
    for one in ORDER.every(session, chosen.rows()):
        yield (
            one.id, Money(one.amount_minor, one.currency), STATUSES[one.status], one.created_at,
            one.arrives_on, one.banked_on, AsIs(one.bank_reference),
        )  # fmt: skip


def is_late(payout: Payout) -> bool:
    """Tell whether the bank should have booked a payout a good while ago."""
    is_waiting = payout.banked_on is None and payout.status not in RETURNED
    return is_waiting and payout.created_at < now() - LATE


def made_of(session: Session, payout: Payout) -> Made:
    """Return what a payout is made of; Stripe says it of automatic ones alone."""
    moves, net = session.execute(
        select(func.count(), func.coalesce(func.sum(StripeBalanceTxn.net_minor), 0)).where(
            _inside(payout)
        )
    ).one()
    return Made(moves, int(net))


def transactions_of(payout: Payout) -> Select[Any]:
    """Select the rows of the transactions that a payout is made of."""
    return (
        select(ReconMatch)
        .join(StripeBalanceTxn, StripeBalanceTxn.id == ReconMatch.txn_id)
        .where(_inside(payout))
    )


def _inside(payout: Payout) -> ColumnElement[bool]:
    """Leave out the payout's own transaction, which Stripe lists with the others."""
    return (StripeBalanceTxn.payout_id == payout.id) & (StripeBalanceTxn.source_id != payout.id)
