"""Reviews of a seller or of one of its listings, and the rating that they make."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from backoffice.core.base import Base
from backoffice.core.clock import now
from backoffice.marketplace.listing import Listing
from backoffice.marketplace.user_text import TextStatus, UserTextColumns, restore, set_status

__all__ = ["Rating", "Review", "rating_of", "ratings_of", "restore", "set_status"]

RECENT = timedelta(days=90)


class Review(UserTextColumns, Base):
    """One buyer's opinion, named by the marketplace's own identifier."""

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("status in ('shown', 'removed')", name="status"),
        CheckConstraint("rating between 1 and 5", name="rating"),
        Index("ix_review_seller", "seller_id", "written_at"),
    )
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"), index=True)
    rating: Mapped[int] = mapped_column(SmallInteger)
    written_at: Mapped[datetime]
    listing: Mapped[Listing | None] = relationship()


@dataclass(frozen=True)
class Rating:
    """How many reviews are shown and what they give on average; the same of the last 90 days."""

    count: int
    average: float | None
    recent_count: int
    recent_average: float | None


def rating_of(session: Session, seller_id: int) -> Rating:
    """Return the rating of a seller; removed reviews do not count."""
    return ratings_of(session, [seller_id])[seller_id]


def ratings_of(session: Session, sellers: Collection[int]) -> dict[int, Rating]:
    """Return the rating of each of many sellers."""
    recent = Review.written_at > now() - RECENT
    rows = session.execute(
        select(
            Review.seller_id,
            func.count(),
            func.avg(Review.rating),
            func.count().filter(recent),
            func.avg(Review.rating).filter(recent),
        )
        .where(Review.seller_id.in_(sellers), Review.status == TextStatus.SHOWN)
        .group_by(Review.seller_id)
    )
    found = dict.fromkeys(sellers, Rating(0, None, 0, None))
    for seller_id, count, average, recent_count, recent_average in rows:
        averages = [None if one is None else float(one) for one in (average, recent_average)]
        found[seller_id] = Rating(count, averages[0], recent_count, averages[1])
    return found
