"""Plans, dated: a change is a new row, never an edit. Subscriptions, month by month."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, or_, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import add_months, begin_of, now, paris_day
from backoffice.marketplace.seller import Seller

PRICE_MINOR_MAX = 10_000_000


class Plan(Identified, Base):
    """What a plan costs a month (VAT included) and takes of each sale, from a time on."""

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("code", "starts_at"),
        CheckConstraint("price_minor >= 0", name="price"),
        CheckConstraint("vat_bp between 0 and 10000", name="vat"),
        CheckConstraint("commission_bp between 0 and 10000", name="commission"),
    )
    code: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    name: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    price_minor: Mapped[int] = mapped_column(Integer)
    currency: Mapped[str] = mapped_column(default="EUR", info=marked(Personal.NONE))
    vat_bp: Mapped[int] = mapped_column(Integer, default=2000)  # basis points
    commission_bp: Mapped[int] = mapped_column(Integer)  # of the final sale price
    starts_at: Mapped[datetime]
    stripe_price: Mapped[str | None] = mapped_column(unique=True, info=marked(Personal.NONE))


class Subscription(Identified, Base):
    """A seller on a plan, at the price in force when it began."""

    __tablename__ = "subscription"
    __table_args__ = (
        Index(
            "uq_subscription_running",
            "seller_id",
            unique=True,
            postgresql_where=sql("ends_at is null"),
        ),
    )
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    starts_at: Mapped[datetime] = mapped_column(default=now)
    ends_at: Mapped[datetime | None]
    # Stripe's subscription; one for all rows of a seller that follow each other without a break.
    stripe_id: Mapped[str | None] = mapped_column(index=True, info=marked(Personal.NONE))
    plan: Mapped[Plan] = relationship(lazy="joined")


def plan_in_force(session: Session, code: str, at: datetime | None = None) -> Plan | None:
    """Return the row of this plan that is in force."""
    return session.scalars(
        select(Plan)
        .where(Plan.code == code, Plan.starts_at <= (at or now()))
        .order_by(Plan.starts_at.desc())
        .limit(1)
    ).first()


def plan_rows_begin() -> datetime:
    """Return when a new row of a plan may begin at the earliest: with the next month in Paris."""
    return begin_of(add_months(paris_day(now()).replace(day=1), 1))


def running_subscription(session: Session, seller_id: int) -> Subscription | None:
    """Return the seller's subscription that has not ended."""
    return session.scalars(
        select(Subscription).where(
            Subscription.seller_id == seller_id, Subscription.ends_at.is_(None)
        )
    ).first()


def plan_at(session: Session, seller: Seller, at: datetime) -> Plan:
    """Return the plan that a seller was on; before its subscription, the one of its profile.

    Before a plan's first row that one holds. Raises LookupError for a plan that there never was.
    """
    subscription = session.scalars(
        select(Subscription)
        .where(
            Subscription.seller_id == seller.id,
            Subscription.starts_at <= at,
            or_(Subscription.ends_at.is_(None), Subscription.ends_at > at),
        )
        .order_by(Subscription.starts_at.desc())
        .limit(1)
    ).first()
    plan = subscription.plan if subscription else plan_in_force(session, seller.plan, at)
    first = select(Plan).where(Plan.code == seller.plan).order_by(Plan.starts_at).limit(1)
    plan = plan or session.scalars(first).first()
    if plan is None:
        raise LookupError(f"there is no plan {seller.plan!r}")
    return plan


def end_subscription(session: Session, subscription_id: int) -> None:
    """End a subscription now."""
    session.get_one(Subscription, subscription_id).ends_at = now()


def end_of_month(subscription: Subscription, at: datetime) -> datetime:
    """Return when the month that is paid ends: months count from the subscription's first day."""
    first, months = paris_day(subscription.starts_at), 1
    while (end := begin_of(add_months(first, months))) <= at:
        months += 1
    return end


def plans_in_force(session: Session, at: datetime) -> list[Plan]:
    """Return the row of each plan that is in force, the cheapest first."""
    rows = select(Plan).where(Plan.starts_at <= at).order_by(Plan.code, Plan.starts_at.desc())
    newest = session.scalars(rows.ext(distinct_on(Plan.code)))
    return sorted(newest, key=lambda one: (one.price_minor, one.code))
