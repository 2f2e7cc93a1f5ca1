"""The dispute: a seller holds a buyer's refund request unjustified (Seller Protection)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.text import N_
from backoffice.marketplace.order import Order


class Basis(StrEnum):
    """On what the buyer's claim rests; it sets the deadlines and who pays the return."""

    WITHDRAWAL = "withdrawal"  # C. conso. L221-18
    CONFORMITY = "conformity"  # C. conso. L217-3
    HIDDEN_DEFECT = "hidden_defect"  # C. civ. 1641
    NOT_DELIVERED = "not_delivered"  # C. conso. L216-1
    LATE = "late"  # C. conso. L216-6
    RETURN_30_DAYS = "return_30_days"  # house rule
    ORDERED_BY_MISTAKE = "ordered_by_mistake"
    COUNTERFEIT = "counterfeit"


BASES = {
    Basis.WITHDRAWAL: N_("Withdrawal within 14 days"),
    Basis.CONFORMITY: N_("Guarantee of conformity"),
    Basis.HIDDEN_DEFECT: N_("Hidden defect"),
    Basis.NOT_DELIVERED: N_("Not delivered"),
    Basis.LATE: N_("Delivered late"),
    Basis.RETURN_30_DAYS: N_("Return within 30 days"),
    Basis.ORDERED_BY_MISTAKE: N_("Ordered by mistake"),
    Basis.COUNTERFEIT: N_("Counterfeit"),
}


class Ground(StrEnum):
    """Why the seller holds the request unjustified."""

    OTHER_ITEM = "other_item"
    AFTER_30_DAYS = "after_30_days"
    USED = "used"
    NOT_RETURNED = "not_returned"
    OTHER = "other"


GROUNDS = {
    Ground.OTHER_ITEM: N_("Another item came back"),
    Ground.AFTER_30_DAYS: N_("Asked after 30 days"),
    Ground.USED: N_("The item was used"),
    Ground.NOT_RETURNED: N_("The item was not returned"),
    Ground.OTHER: N_("Something else"),
}


class Dispute(Identified, Base):
    """One refund request that a seller contests, named by the marketplace's own identifier."""

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        Index("ix_dispute_order", "order_id"),
        Index("ix_dispute_buyer", "buyer_id", "claimed_at"),
        Index("ix_dispute_seller", "seller_id", "claimed_at"),
    )
    external_id: Mapped[str] = mapped_column(unique=True, info=marked(Personal.PARTY))
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyer.id"))
    basis: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    claim: Mapped[str] = mapped_column(info=marked(Personal.FREE))  # in the buyer's words
    claimed_at: Mapped[datetime]
    amount_minor: Mapped[int] = mapped_column(BigInteger)  # what the buyer wants back
    currency: Mapped[str] = mapped_column(default="EUR", info=marked(Personal.NONE))
    # Numbers of the lines it is about; none: the whole order.
    lines: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, info=marked(Personal.NONE))
    grounds: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, info=marked(Personal.NONE)
    )
    answer: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))  # the seller's
    received_at: Mapped[datetime] = mapped_column(default=now)

    order: Mapped[Order] = relationship(lazy="joined")
