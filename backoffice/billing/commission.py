"""The commission of each sale, fixed when it is made: its rate, base and VAT never change after."""

from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from backoffice.billing.plan import plan_at
from backoffice.core.base import Base, Personal, marked
from backoffice.core.money import split_vat
from backoffice.marketplace.order import Order, OrderLine
from config.settings import get_settings


class RefundRule(StrEnum):
    """What becomes of the commission when the buyer is refunded: a setting, kept as at the sale."""

    PROPORTIONAL = "proportional"  # given back as the price is
    KEPT = "kept"
    CAPPED = "capped"  # given back but for a part that is kept, up to a limit


class Commission(Base):
    """What a plan takes of one line of an order, in cents."""

    __tablename__ = "commission"
    __table_args__ = (
        CheckConstraint("rate_bp between 0 and 10000", name="rate_bp"),
        CheckConstraint("net_minor + vat_minor = gross_minor", name="vat"),
        CheckConstraint("refund_rule in ('proportional', 'kept', 'capped')", name="refund_rule"),
        CheckConstraint(
            "(refund_rule = 'capped') = (kept_minor_max is not null)", name="kept_minor_max"
        ),
    )
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    rate_bp: Mapped[int] = mapped_column(Integer)  # basis points of the final sale price
    base_minor: Mapped[int] = mapped_column(BigInteger)  # the price, VAT included
    gross_minor: Mapped[int] = mapped_column(BigInteger)
    net_minor: Mapped[int] = mapped_column(BigInteger)
    vat_minor: Mapped[int] = mapped_column(BigInteger)
    vat_bp: Mapped[int] = mapped_column(Integer)
    refund_rule: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    kept_minor_max: Mapped[int | None] = mapped_column(BigInteger)  # of the whole order

    order_line: Mapped[OrderLine] = relationship()


def fix_commission(session: Session, order: Order) -> None:
    """Write down what the seller's plan of that day takes of each line; half a cent rounds up.

    Raises LookupError where the seller was on no plan that we know of.
    """
    settings, plan = get_settings(), plan_at(session, order.seller, order.ordered_at)
    is_capped = settings.commission_refund == RefundRule.CAPPED
    for line in order.lines:
        gross_minor = (line.total_minor * plan.commission_bp + 5_000) // 10_000
        split = split_vat(gross_minor, plan.vat_bp)
        session.add(
            Commission(
                order_line_id=line.id,
                plan_id=plan.id,
                rate_bp=plan.commission_bp,
                base_minor=line.total_minor,
                gross_minor=gross_minor,
                net_minor=split.net_minor,
                vat_minor=split.vat_minor,
                vat_bp=plan.vat_bp,
                refund_rule=settings.commission_refund,
                kept_minor_max=settings.commission_kept_minor_max if is_capped else None,
            )
        )
    session.flush()
