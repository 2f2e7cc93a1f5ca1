"""The refunds as finance looks at them: what went wrong first, then what is on its way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from backoffice.billing.refund import KINDS, STATES, Refund, RefundKind, RefundState
from backoffice.billing.refund_failure import why
from backoffice.core.case import Case
from backoffice.core.money import Money
from backoffice.core.text import N_, Text
from backoffice.marketplace.order import Order
from backoffice.web.pagination import Count, Keyset, count_up_to
from backoffice.web.sheet import AsIs

OVERDUE = "overdue"
TO_WATCH = "to_watch"
STANDINGS: dict[str, str] = {
    RefundState.FAILED: STATES[RefundState.FAILED],
    OVERDUE: N_("Goods overdue"),
    RefundState.REQUESTED: STATES[RefundState.REQUESTED],
    RefundState.OWED: STATES[RefundState.OWED],
    RefundState.AWAITING_RETURN: STATES[RefundState.AWAITING_RETURN],
    RefundState.SUCCEEDED: STATES[RefundState.SUCCEEDED],
    RefundState.CANCELLED: STATES[RefundState.CANCELLED],
}
"""How a refund stands, in the order of the list."""
VIEWS = {TO_WATCH: N_("To watch"), **STANDINGS, "all": N_("All")}
COLUMNS: tuple[Any, ...] = (Refund, Order.external_id, Case.reference, Case.queue)
HEADINGS = (
    N_("Order"), N_("Case"), N_("Amount"), N_("Kind"), N_("State"), N_("Reason"),
    N_("Stripe’s code"), N_("Decided on"), N_("Goods due by"), N_("Asked on"), N_("Ended on"),
)  # fmt: skip


def standing_of(refund: Refund, at: datetime) -> str:
    """Return how a refund stands: its state, or that its goods should have been back."""
    return OVERDUE if _is_late(refund, at) else refund.state


def _is_late(refund: Refund, at: datetime) -> bool:
    is_waiting = refund.state == RefundState.AWAITING_RETURN
    return is_waiting and refund.return_by is not None and refund.return_by < at


@dataclass(frozen=True)
class RefundList:
    """Which refunds are shown, as the address says it, at a time."""

    view: str
    sought: str
    at: datetime

    @classmethod
    def read(cls, view: str, sought: str, at: datetime) -> "RefundList":
        """Read it from an address; a view that does not exist gives what is to be watched.

        What is searched for is looked for in all views, unless one is named.
        """
        sought = sought.replace("\0", "").strip()[:200]
        if view not in VIEWS:
            view = "all" if sought else TO_WATCH
        return cls(view, sought, at)

    def rows(self) -> Select[Any]:
        """Select the refunds, each with its order's number and its case, in no order."""
        query = (
            select(*COLUMNS)
            .select_from(Refund)
            .join(Order, Order.id == Refund.order_id)
            .outerjoin(Case, Case.id == Refund.case_id)
            .where(self._condition(self.view))
        )
        if not self.sought:
            return query
        return query.where(
            or_(
                Order.external_id == self.sought,
                Case.reference == self.sought.upper(),
                Refund.stripe_id == self.sought,
            )
        )

    @property
    def order(self) -> Keyset:
        """Return the order: by how they stand, as `STANDINGS` has it, the oldest first."""
        ranks = enumerate(map(self._condition, STANDINGS))
        rank = case(*((condition, place) for place, condition in ranks), else_=len(STANDINGS))
        return Keyset((rank, Refund.id))

    def counts(self, session: Session) -> dict[str, Count]:
        """Count what is to be watched: each standing that ends by itself or by somebody's hand."""
        settled = (RefundState.SUCCEEDED, RefundState.CANCELLED)
        return {
            standing: count_up_to(session, select(Refund).where(self._condition(standing)))
            for standing in VIEWS
            if standing not in (*settled, "all")
        }

    def sums(self, session: Session) -> dict[str, tuple[int, int]]:
        """Return how many refunds to be watched stand how, and for how many cents together."""
        shown = [one for one in STANDINGS
                 if one not in (RefundState.SUCCEEDED, RefundState.CANCELLED)]  # fmt: skip
        return {standing: self._sum(session, standing) for standing in shown}

    def _sum(self, session: Session, standing: str) -> tuple[int, int]:
        total = func.coalesce(func.sum(Refund.amount_minor), 0)
        found = session.execute(select(func.count(), total).where(self._condition(standing))).one()
        return int(found[0]), int(found[1])

    def _condition(self, view: str) -> ColumnElement[bool]:
        waits = Refund.state == RefundState.AWAITING_RETURN.value
        is_late = and_(waits, Refund.return_by < self.at)
        match view:
            case "all":
                return true()
            case "to_watch":
                settled = (RefundState.SUCCEEDED.value, RefundState.CANCELLED.value)
                return Refund.state.not_in(settled)
            case "overdue":
                return is_late
            case RefundState.AWAITING_RETURN:
                return and_(waits, or_(Refund.return_by.is_(None), Refund.return_by >= self.at))
        return Refund.state == view


def file_rows(session: Session, chosen: RefundList) -> Iterator[tuple[Any, ...]]:
    """Yield a list as rows of a file."""
    yield HEADINGS
    for row in chosen.order.every(session, chosen.rows()):
        yield _cells(row, chosen.at)


def _cells(row: Any, at: datetime) -> tuple[Any, ...]:
    refund: Refund = row.Refund
    why_failed: Text | str = why(refund.failure_code) if refund.failure_code else ""
    return (
        AsIs(row.external_id),
        row.reference,
        Money(refund.amount_minor, refund.currency),
        KINDS[RefundKind(refund.kind)],
        STANDINGS[standing_of(refund, at)],
        why_failed,
        refund.failure_code,
        refund.created_at,
        refund.return_by,
        refund.requested_at,
        refund.settled_at,
    )
