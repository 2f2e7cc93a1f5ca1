"""The commission of each sale, fixed when it is made: its rate, base and VAT never change after."""

from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.core.base import Base, Personal, marked
from backoffice.marketplace.order import OrderLine


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
