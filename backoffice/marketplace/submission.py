"""Submissions: the listings that a seller sent together, and hears of together."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.marketplace.seller import Seller


class Submission(Identified, Base):
    """One import, or the listings that a seller sent one by one on one Paris day."""

    __tablename__ = "listing_submission"
    __table_args__ = (
        CheckConstraint("channel in ('api', 'import', 'portal', 'staff')", name="channel"),
        Index(
            "uq_listing_submission_day",
            "seller_id",
            "channel",
            "day",
            unique=True,
            postgresql_where=sql("channel <> 'import'"),
        ),
    )
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"), index=True)
    channel: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    day: Mapped[date] = mapped_column(Date)  # in Paris
    title: Mapped[str] = mapped_column(default="", info=marked(Personal.PARTY))  # the file's name
    received_at: Mapped[datetime] = mapped_column(default=now)
    is_complete: Mapped[bool] = mapped_column(default=True)  # false while its import runs
    told_day: Mapped[date | None] = mapped_column(Date)  # Paris day of the newest digest
    seller: Mapped[Seller] = relationship()

    @property
    def reference(self) -> str:
        """Return how people name it."""
        return f"{self.day.isoformat()}-{self.id}"
