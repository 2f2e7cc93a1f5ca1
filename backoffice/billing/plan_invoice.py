"""The months that sellers are asked to pay: one row for each invoice of Stripe Billing."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.billing.plan import Plan
from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.text import N_
from backoffice.marketplace.seller import Seller


class InvoiceState(StrEnum):
    """How far the payment of a month is; the words are Stripe's."""

    OPEN = "open"
    PAID = "paid"
    VOID = "void"  # taken back
    UNCOLLECTIBLE = "uncollectible"  # given up


INVOICE_STATES = {
    InvoiceState.OPEN: N_("To pay"),
    InvoiceState.PAID: N_("Paid"),
    InvoiceState.VOID: N_("Void"),
    InvoiceState.UNCOLLECTIBLE: N_("Given up"),
}


class BillingCustomer(Base):
    """A seller as Stripe's customer; the row stays when Stripe has deleted it."""

    __tablename__ = "billing_customer"
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"), primary_key=True)
    stripe_id: Mapped[str] = mapped_column(unique=True, info=marked(Personal.NONE))
    told_version: Mapped[int]  # of the seller, whose name and address Stripe has
    created_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None]


class PlanInvoice(Identified, Base):
    """One month of a plan, asked for and followed until it is paid; amounts in cents."""

    __tablename__ = "plan_invoice"
    __table_args__ = (
        CheckConstraint("state in ('open', 'paid', 'void', 'uncollectible')", name="state"),
        CheckConstraint("net_minor + vat_minor = gross_minor", name="vat"),
        Index("ix_plan_invoice_seller", "seller_id", "period_start"),
        Index("ix_plan_invoice_period", "period_start", "period_end"),
        Index("ix_plan_invoice_due", "due_at", postgresql_where=sql("state = 'open'")),
        Index(
            "ix_plan_invoice_suspended",
            "suspended_at",
            postgresql_where=sql("suspended_at is not null and restored_at is null"),
        ),
    )
    stripe_id: Mapped[str] = mapped_column(unique=True, info=marked(Personal.NONE))
    number: Mapped[str] = mapped_column(info=marked(Personal.NONE))  # Stripe's
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    state: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    gross_minor: Mapped[int] = mapped_column(BigInteger)
    net_minor: Mapped[int] = mapped_column(BigInteger)
    vat_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    period_start: Mapped[datetime]
    period_end: Mapped[datetime]
    finalized_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # paid, void or given up
    hosted_url: Mapped[str] = mapped_column(info=marked(Personal.NONE))  # where it is paid
    failures: Mapped[int] = mapped_column(Integer, default=0)  # attempts to pay that failed
    giving_up_at: Mapped[datetime | None]  # when finance asked Stripe to give it up
    # What became of it while it was not paid: see `dunning`.
    reminders: Mapped[int] = mapped_column(Integer, default=0)
    reminded_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]  # the notice of suspension
    suspends_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    restored_at: Mapped[datetime | None]

    seller: Mapped[Seller] = relationship(lazy="joined")
    plan: Mapped[Plan] = relationship(lazy="joined")
