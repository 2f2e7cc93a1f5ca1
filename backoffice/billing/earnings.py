"""What we earn, month by month: plans and commissions without VAT, what buyers had back, unpaid."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Date, Row, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from backoffice.billing.ledger_day import days
from backoffice.billing.plan import Plan
from backoffice.billing.plan_invoice import InvoiceState, PlanInvoice
from backoffice.billing.plan_postings import SUBSCRIPTIONS
from backoffice.billing.postings import COMMISSIONS, STRIPE
from backoffice.core.clock import add_months, begin_of, now, paris_day

MONTHS = 12
REFUNDS = ("refund", "refund.reversed")


class Earned(NamedTuple):
    """One month of the books, in cents."""

    month: date
    plans_minor: int
    commissions_minor: int
    refunds_minor: int


def earnings(session: Session, currency: str = "EUR") -> list[Earned]:
    """Return the last twelve months, this one last."""
    last = paris_day(now()).replace(day=1)
    first = add_months(last, 1 - MONTHS)
    one = days(session).subquery()
    net = one.c.credit_minor - one.c.debit_minor
    is_refund = and_(one.c.code == STRIPE, one.c.kind.in_(REFUNDS))
    month = cast(func.date_trunc("month", one.c.day), Date)
    rows = session.execute(
        select(
            month.label("month"),
            func.sum(case((one.c.code == SUBSCRIPTIONS, net), else_=0)),
            func.sum(case((one.c.code == COMMISSIONS, net), else_=0)),
            func.sum(case((is_refund, net), else_=0)),
        )
        .where(
            one.c.day >= first,
            one.c.day < add_months(last, 1),
            one.c.currency == currency,
            or_(one.c.code.in_((SUBSCRIPTIONS, COMMISSIONS)), is_refund),
        )
        .group_by(month)
    )
    found = {row[0]: Earned(row[0], *map(int, row[1:])) for row in rows}
    months = [add_months(first, number) for number in range(MONTHS)]
    return [found.get(one, Earned(one, 0, 0, 0)) for one in months]


def unpaid_by_plan(session: Session) -> Sequence[Row[str, int, int, datetime]]:
    """Return for each plan how many of its months are overdue, for how much, and since when due."""
    return session.execute(
        select(
            Plan.name,
            func.count().label("number"),
            func.sum(PlanInvoice.gross_minor).label("amount_minor"),
            func.min(PlanInvoice.due_at).label("since"),
        )
        .join(Plan, Plan.id == PlanInvoice.plan_id)
        .where(PlanInvoice.state == InvoiceState.OPEN.value, PlanInvoice.due_at <= now())
        .group_by(Plan.name)
        .order_by(Plan.name)
    ).all()


def plans_sold(session: Session, month: date) -> Sequence[Row[str, int, int]]:
    """Return for each plan how many months of it began in a month, and their net price."""
    return session.execute(
        select(
            Plan.name,
            func.count().label("number"),
            func.sum(PlanInvoice.net_minor).label("net_minor"),
        )
        .join(Plan, Plan.id == PlanInvoice.plan_id)
        .where(
            PlanInvoice.state != InvoiceState.VOID.value,
            PlanInvoice.period_start >= begin_of(month),
            PlanInvoice.period_start < begin_of(add_months(month, 1)),
        )
        .group_by(Plan.name)
        .order_by(Plan.name)
    ).all()
