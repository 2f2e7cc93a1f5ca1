"""Commissions of a month by seller and plan: what was due by the tariff, what Stripe collected."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, Subquery, func, select
from sqlalchemy.orm import Session

from backoffice.billing.commission import Commission
from backoffice.billing.plan import Plan
from backoffice.billing.stripe_object import StripeObject
from backoffice.core.clock import add_months, begin_of
from backoffice.core.money import Money
from backoffice.core.text import N_
from backoffice.marketplace.order import Order, OrderLine
from backoffice.marketplace.seller import Seller
from backoffice.web.sheet import AsIs

SELLERS_MAX = 500  # shown; the file has all
ODD_MAX = 100
COLUMNS: tuple[Any, ...] = (
    Order.id, Order.external_id, Order.seller_id, Plan.name.label("plan"),
    func.sum(Commission.base_minor).label("base_minor"),
    func.sum(Commission.gross_minor).label("due_minor"),
)  # fmt: skip
HEADINGS = (
    N_("Seller"), N_("Name"), N_("Plan"), N_("Orders"), N_("Sales"), N_("Commission due"),
    N_("Collected by Stripe"),
)  # fmt: skip


@dataclass(frozen=True)
class CommissionReport:
    """Which commissions are shown: of orders made in a month, of one plan or seller if asked."""

    month: date
    plan: str = ""
    seller: str = ""

    def sellers(self, session: Session, limit: int | None = SELLERS_MAX) -> Sequence[Row[Any]]:
        """Return each seller on each plan, who brings most first; amounts in cents."""
        fees = self._fees()
        orders = self._orders().subquery()
        query = (
            select(
                Seller.external_id, Seller.legal_name, orders.c.plan,
                func.count().label("orders"),
                func.sum(orders.c.base_minor).label("base_minor"),
                func.sum(orders.c.due_minor).label("due_minor"),
                func.coalesce(func.sum(fees.c.fee_minor), 0).label("fee_minor"),
            )
            .select_from(orders)
            .join(Seller, Seller.id == orders.c.seller_id)
            .outerjoin(fees, fees.c.order_id == orders.c.id)
            .group_by(Seller.external_id, Seller.legal_name, orders.c.plan)
            .order_by(func.sum(orders.c.due_minor).desc(), Seller.external_id)
            .limit(limit)
        )  # fmt: skip
        return session.execute(query).all()

    def odd(self, session: Session) -> Sequence[Row[Any]]:
        """Return the orders of which Stripe collected something else than was due."""
        orders, fees = self._orders().subquery(), self._fees()
        return session.execute(
            select(
                orders.c.external_id, Seller.external_id.label("seller"), Seller.legal_name,
                orders.c.due_minor, fees.c.fee_minor,
            )
            .select_from(orders)
            .join(Seller, Seller.id == orders.c.seller_id)
            .join(fees, fees.c.order_id == orders.c.id)
            .where(fees.c.fee_minor != orders.c.due_minor)
            .order_by(func.abs(fees.c.fee_minor - orders.c.due_minor).desc(), orders.c.id)
            .limit(ODD_MAX)
        ).all()  # fmt: skip

    def file_rows(self, session: Session) -> Iterator[Sequence[Any]]:
        """Yield the report as rows of a file."""
        yield HEADINGS
        for one in self.sellers(session, limit=None):
            money = (one.base_minor, one.due_minor, one.fee_minor)
            names = map(AsIs, (one.external_id, one.legal_name, one.plan))
            yield *names, one.orders, *(Money(int(amount)) for amount in money)

    def _orders(self) -> Select[Any]:
        """Select the month's orders, each with its plan, its price and what was due of it."""
        query = (
            select(*COLUMNS)
            .select_from(Order)
            .join(OrderLine, OrderLine.order_id == Order.id)
            .join(Commission, Commission.order_line_id == OrderLine.id)
            .join(Plan, Plan.id == Commission.plan_id)
            .where(
                Order.ordered_at >= begin_of(self.month),
                Order.ordered_at < begin_of(add_months(self.month, 1)),
            )
            .group_by(Order.id, Order.external_id, Order.seller_id, Plan.name)
        )  # fmt: skip
        if self.plan:
            query = query.where(Plan.code == self.plan)
        if self.seller:
            query = query.where(
                Order.seller_id.in_(select(Seller.id).where(Seller.external_id == self.seller))
            )
        return query

    def _fees(self) -> Subquery:
        ordered = Order.ordered_at.between(
            begin_of(self.month), begin_of(add_months(self.month, 1))
        )
        return (
            select(StripeObject.order_id, func.sum(StripeObject.amount_minor).label("fee_minor"))
            .join(Order, Order.id == StripeObject.order_id)
            .where(StripeObject.type == "application_fee", ordered)
            .group_by(StripeObject.order_id)
            .subquery()
        )
