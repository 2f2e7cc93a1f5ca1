"""The seller at a glance: plan, age, earlier decisions, rating, open cases, linked accounts."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.billing.plan import Plan, plan_in_force
from backoffice.core.case import DUE_FIRST, Case, State
from backoffice.marketplace.linked import LinkedSeller, linked_sellers
from backoffice.marketplace.profile import ProfileColumns
from backoffice.marketplace.review import Rating, rating_of
from backoffice.marketplace.seller import Seller

OPEN_SHOWN = 10


class Glance(NamedTuple):
    """What is known of the seller beside the case."""

    seller: Seller
    plan: Plan | None
    approvals: int
    refusals: int
    rating: Rating
    open_cases: Sequence[Case]
    linked: list[LinkedSeller]


def glance(session: Session, case: Case, subject: Any, readable: set[str]) -> Glance | None:
    """Return the case's seller at a glance; open cases of queues one may read; None without one."""
    seller = session.get(Seller, case.seller_id) if case.seller_id else None
    if seller is None:
        return None
    profile = subject if isinstance(subject, ProfileColumns) else seller
    ended = _ended(session, seller)
    return Glance(
        seller,
        plan_in_force(session, getattr(subject, "plan", None) or seller.plan),
        ended.get("approved", 0),
        ended.get("rejected", 0),
        rating_of(session, seller.id),
        open_cases(session, seller, readable),
        linked_sellers(session, profile, seller.id),
    )


def _ended(session: Session, seller: Seller) -> dict[str | None, int]:
    rows = session.execute(
        select(Case.resolution, func.count())
        .where(Case.seller_id == seller.id, Case.state == State.CLOSED)
        .group_by(Case.resolution)
    )
    return dict(rows.all())


def open_cases(session: Session, seller: Seller, readable: set[str]) -> Sequence[Case]:
    """Return the seller's cases that are not closed, in these queues, due first."""
    return session.scalars(
        select(Case)
        .where(Case.seller_id == seller.id, Case.state != State.CLOSED, Case.queue.in_(readable))
        .order_by(*DUE_FIRST)
        .limit(OPEN_SHOWN)
    ).all()
