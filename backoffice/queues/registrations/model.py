"""The registration: a snapshot of what a seller sent, with an attempt number."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.marketplace.profile import ProfileColumns
from backoffice.marketplace.seller import Seller


class Registration(Identified, ProfileColumns, Base):
    """One attempt to become a seller, as it was sent and since corrected."""

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("seller_id", "attempt"),)
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    attempt: Mapped[int] = mapped_column(Integer, default=1)
    plan: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    body_sha256: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    received_at: Mapped[datetime] = mapped_column(default=now)
    # Each item of trader traceability: state, by whom or what, why (DSA art. 30(1), (2)).
    traceability: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, info=marked(Personal.FREE)
    )
    seller: Mapped[Seller] = relationship()
