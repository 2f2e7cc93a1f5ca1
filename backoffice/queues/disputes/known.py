"""What is known besides: earlier disputes of either side, and how often the buyer asks for money.

Numbers alone: nothing here says what they mean for the case.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.marketplace.order import Order
from backoffice.queues.disputes.model import Dispute

SLUG = "disputes"
LAST_MAX = 5
PERIODS = (30, 90, 365)  # days


class Past(NamedTuple):
    """Earlier disputes of one side: how many by outcome, and the last of them."""

    counts: dict[str, int]  # by resolution; empty: not decided yet
    last: Sequence[Case]
    orders: int

    @property
    def total(self) -> int:
        """Return how many there are."""
        return sum(self.counts.values())


class Asked(NamedTuple):
    """In how many days how many refund requests, of how many orders."""

    days: int
    requests: int
    orders: int


def past_of_seller(session: Session, dispute: Dispute) -> Past:
    """Return the seller's other disputes."""
    return _past(session, dispute, Dispute.seller_id == dispute.seller_id,
                 Order.seller_id == dispute.seller_id)  # fmt: skip


def past_of_buyer(session: Session, dispute: Dispute) -> Past:
    """Return the buyer's other disputes."""
    return _past(session, dispute, Dispute.buyer_id == dispute.buyer_id,
                 Order.buyer_id == dispute.buyer_id)  # fmt: skip


def _past(session: Session, dispute: Dispute, theirs: Any, orders: Any) -> Past:
    others = select(Dispute.id).where(theirs, Dispute.id != dispute.id)
    cases = select(Case).where(Case.queue == SLUG, Case.subject_id.in_(others))
    resolution = func.coalesce(Case.resolution, "")
    counts = session.execute(
        cases.with_only_columns(resolution, func.count()).group_by(resolution)
    ).all()
    last = session.scalars(cases.order_by(Case.id.desc()).limit(LAST_MAX)).all()
    bought = session.scalar(select(func.count()).select_from(Order).where(orders))
    return Past({one[0]: one[1] for one in counts}, last, bought or 0)


def requests_of_buyer(session: Session, dispute: Dispute) -> list[Asked]:
    """Return how often the buyer asked for money back lately, against how much was ordered.

    An order whose return was asked and one that is disputed count once.
    """
    return [_asked(session, dispute, days, now() - timedelta(days=days)) for days in PERIODS]


def _asked(session: Session, dispute: Dispute, days: int, since: datetime) -> Asked:
    his = Order.buyer_id == dispute.buyer_id
    disputed = select(Dispute.order_id).where(
        Dispute.buyer_id == dispute.buyer_id, Dispute.claimed_at >= since
    )
    asked = (Order.return_requested_at >= since) | Order.id.in_(disputed)
    requests = select(func.count()).select_from(Order).where(his, asked)
    orders = select(func.count()).select_from(Order).where(his, Order.ordered_at >= since)
    return Asked(days, session.scalar(requests) or 0, session.scalar(orders) or 0)
