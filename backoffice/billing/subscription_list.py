"""Subscriptions as finance looks at them: what is not paid first, then what changes or ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from backoffice.billing.plan import Plan, Subscription
from backoffice.billing.plan_invoice import InvoiceState, PlanInvoice
from backoffice.core.money import Money
from backoffice.core.text import N_
from backoffice.marketplace.seller import Seller
from backoffice.web.pagination import Count, Keyset, count_up_to
from backoffice.web.sheet import AsIs

STANDINGS = {
    "suspended": N_("Suspended, unpaid"),
    "overdue": N_("Overdue"),
    "due": N_("To pay"),
    "missing": N_("Not known to Stripe"),
    "paid": N_("Paid"),
}
"""How a subscription stands, in the order of the list."""
CHANGES = {"changing": N_("Plan changes"), "ending": N_("Ends")}
VIEWS = {"unpaid": N_("Unpaid"), **STANDINGS, **CHANGES, "all": N_("All")}
HEADINGS = (
    N_("Seller"), N_("Name"), N_("Plan"), N_("A month"), N_("State"), N_("Owed"), N_("Since"),
    N_("From the next month on"), N_("Ends on"),
)  # fmt: skip
UNPAID = ("suspended", "overdue", "due")


def file_rows(session: Session, chosen: "SubscriptionList") -> Iterator[tuple[Any, ...]]:
    """Yield a list as rows of a file."""
    yield HEADINGS
    for row in chosen.order.every(session, chosen.rows()):
        held, seller = row.Subscription, row.Seller
        names = map(AsIs, (seller.external_id, seller.display_name, held.plan.name))
        yield (
            *names, Money(held.plan.price_minor, held.plan.currency), VIEWS[row.standing],
            Money(int(row.owed_minor), held.plan.currency), held.starts_at,
            AsIs(row.following or ""), held.ends_at,
        )  # fmt: skip


@dataclass(frozen=True)
class SubscriptionList:
    """Which subscriptions are shown, as the address says it, at a time."""

    view: str
    plan: str
    sought: str
    at: datetime

    @classmethod
    def read(cls, view: str, plan: str, sought: str, at: datetime) -> "SubscriptionList":
        """Read it from an address; a view that does not exist gives what is not paid."""
        sought = sought.replace("\0", "").strip()[:200]
        if view not in VIEWS:
            view = "all" if sought or plan else "unpaid"
        return cls(view, plan.replace("\0", "")[:100], sought, at)

    def rows(self) -> Select[Any]:
        """Select what holds now, each with its seller, what it owes, its standing, what follows."""
        following = aliased(Subscription)
        follows = (
            select(Plan.name)
            .join(following, following.plan_id == Plan.id)
            .where(
                following.seller_id == Subscription.seller_id,
                following.starts_at > self.at,
            )
        )
        query = (
            select(
                Subscription,
                Seller,
                self._owed().label("owed_minor"),
                self._standing().label("standing"),
                follows.limit(1).scalar_subquery().label("following"),
            )
            .select_from(Subscription)
            .join(Seller, Seller.id == Subscription.seller_id)
            .join(Plan, Plan.id == Subscription.plan_id)
            .where(self._holds(), self._condition(self.view))
        )
        if self.plan:
            query = query.where(Plan.code == self.plan)
        if not self.sought:
            return query
        paid = select(PlanInvoice.seller_id).where(PlanInvoice.number == self.sought)
        return query.where(
            or_(
                Seller.external_id == self.sought,
                Seller.legal_name.icontains(self.sought, autoescape=True),
                Subscription.stripe_id == self.sought,
                Seller.id.in_(paid),
            )
        )

    @property
    def order(self) -> Keyset:
        """Return the order: by how they stand, the oldest first."""
        rank = case(
            *((self._condition(name), place) for place, name in enumerate(STANDINGS)),
            else_=len(STANDINGS),
        )
        return Keyset((rank, Subscription.id))

    def counts(self, session: Session) -> dict[str, Count]:
        """Count each view but those that hold nearly all."""
        return {
            view: count_up_to(
                session, select(Subscription).where(self._holds(), self._condition(view))
            )
            for view in VIEWS
            if view not in ("paid", "all")
        }

    def _holds(self) -> ColumnElement[bool]:
        has_end = or_(Subscription.ends_at.is_(None), Subscription.ends_at > self.at)
        return and_(Subscription.starts_at <= self.at, has_end)

    def _standing(self) -> ColumnElement[str]:
        return case(
            *((self._condition(name), name) for name in STANDINGS if name != "paid"),
            else_="paid",
        )

    def _owed(self) -> ColumnElement[int]:
        return (
            select(func.coalesce(func.sum(PlanInvoice.gross_minor), 0))
            .where(*_open())
            .scalar_subquery()
        )

    def _condition(self, view: str) -> ColumnElement[bool]:
        is_unpaid, is_late = (
            exists().where(*_open()),
            exists().where(*_open(), PlanInvoice.due_at <= self.at),
        )
        is_suspended = exists().where(
            *_open(), PlanInvoice.suspended_at.is_not(None), PlanInvoice.restored_at.is_(None)
        )
        following = aliased(Subscription)
        changes = exists().where(
            following.seller_id == Subscription.seller_id, following.starts_at > self.at
        )
        conditions: dict[str, ColumnElement[bool]] = {
            "unpaid": is_unpaid,
            "suspended": is_suspended,
            "overdue": and_(is_late, ~is_suspended),
            "due": and_(is_unpaid, ~is_late),
            "missing": and_(Subscription.stripe_id.is_(None), ~is_unpaid),
            "paid": and_(Subscription.stripe_id.is_not(None), ~is_unpaid),
            "changing": and_(Subscription.ends_at.is_not(None), changes),
            "ending": and_(Subscription.ends_at.is_not(None), ~changes),
            "all": true(),
        }
        return conditions[view]


def _open() -> tuple[ColumnElement[bool], ...]:
    """Select the months of a subscription's seller that are not paid."""
    return (
        PlanInvoice.seller_id == Subscription.seller_id,
        PlanInvoice.state == InvoiceState.OPEN.value,
    )
