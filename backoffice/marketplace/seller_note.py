"""Notes of the staff about a seller, whatever the case."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now


class SellerNote(Identified, Base):
    """One note; never shown to the seller, never changed."""

    __tablename__ = "seller_note"
    __table_args__ = (Index("ix_seller_note_seller", "seller_id", "id"),)
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    body: Mapped[str] = mapped_column(info=marked(Personal.FREE))
