"""Listings: an offer that holds at once, and revisions of its content that wait for a person.

Price and quantity belong to the listing; title, description, images, category, GTIN, attributes,
variants and safety contacts belong to a revision: one is live, a newer one may be proposed.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.marketplace.seller import Seller
from backoffice.marketplace.submission import Submission


class ListingStatus(StrEnum):
    """Whether buyers see a listing."""

    PROPOSED = "proposed"  # never approved yet
    LIVE = "live"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"  # for good


class Listing(Identified, Base):
    """What a seller offers, named by the seller and its own number (`external_id`)."""

    __tablename__ = "listing"
    __table_args__ = (
        UniqueConstraint("seller_id", "external_id"),
        CheckConstraint("status in ('proposed', 'live', 'suspended', 'withdrawn')", name="status"),
        CheckConstraint("price_minor >= 0", name="price_minor"),
        CheckConstraint("quantity >= 0", name="quantity"),
        Index("ix_listing_external_id", "external_id"),
        Index("ix_listing_gtin", "gtin", postgresql_where=sql("gtin is not null")),
    )
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    external_id: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    status: Mapped[str] = mapped_column(default=ListingStatus.PROPOSED, info=marked(Personal.NONE))
    price_minor: Mapped[int] = mapped_column(BigInteger)  # cents, VAT and delivery included
    currency: Mapped[str] = mapped_column(default="EUR", info=marked(Personal.NONE))
    quantity: Mapped[int] = mapped_column(Integer)
    # Price and quantity of each variant by its reference: {"rouge-m": {"price_minor": …}}.
    variant_offers: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, info=marked(Personal.NONE)
    )
    # GTIN-14 of the newest revision, here so that others with the same one are found.
    gtin: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))
    last_number: Mapped[int] = mapped_column(Integer, default=1)  # of the newest revision
    live_id: Mapped[int | None] = mapped_column(
        ForeignKey("listing_revision.id", use_alter=True, name="fk_listing_live")
    )
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    published_at: Mapped[datetime | None]
    seller: Mapped[Seller] = relationship()
    live: Mapped["ListingRevision | None"] = relationship(foreign_keys=[live_id], viewonly=True)


class ListingRevision(Identified, Base):
    """One version of a listing's content, as it was sent; it never changes but by correction."""

    __tablename__ = "listing_revision"
    __table_args__ = (
        UniqueConstraint("listing_id", "number"),
        Index("ix_listing_revision_gtin", "gtin", postgresql_where=sql("gtin is not null")),
        Index("ix_listing_revision_submission", "submission_id", "id"),
        Index(
            "ix_listing_revision_untold",
            "submission_id",
            postgresql_where=sql("untold_decision_id is not null"),
        ),
    )
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("listing_submission.id"))
    number: Mapped[int] = mapped_column(Integer, default=1)
    title: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    description: Mapped[str] = mapped_column(default="", info=marked(Personal.PARTY))
    category: Mapped[str] = mapped_column(info=marked(Personal.NONE))  # a code of `Category`
    brand: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    gtin: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))  # GTIN-14
    gtin_entered: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    # Addresses of pictures, in order; what was fetched from each is a `Picture`.
    images: Mapped[list[str]] = mapped_column(JSONB, default=list, info=marked(Personal.NONE))
    attributes: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, info=marked(Personal.NONE)
    )
    # [{"reference", "gtin", "gtin_entered", "options": {"color": …}}]
    variants: Mapped[list[Any]] = mapped_column(JSONB, default=list, info=marked(Personal.NONE))
    # {"manufacturer": {"name", "address", "email"}, "responsible": {…}, "warnings": "…"}
    # (Reg. (EU) 2023/988 art. 22(9))
    safety: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=marked(Personal.PARTY))
    content_sha256: Mapped[bytes] = mapped_column(LargeBinary, info=marked(Personal.NONE))
    received_at: Mapped[datetime] = mapped_column(default=now)
    # The decision that the seller was not told yet; the digest's job clears it.
    untold_decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    listing: Mapped[Listing] = relationship(foreign_keys=[listing_id])
    seller: Mapped[Seller] = relationship()
    submission: Mapped[Submission] = relationship()


CONTENT = (
    "title",
    "description",
    "category",
    "brand",
    "gtin",
    "gtin_entered",
    "images",
    "attributes",
    "variants",
    "safety",
)
"""The columns of a revision that a seller writes and a person approves."""


def by_reference(
    session: Session, seller_id: int, external_id: str, *, lock: bool = False
) -> Listing | None:
    """Return a seller's listing by the seller's own number, its row locked if asked."""
    query = select(Listing).where(
        Listing.seller_id == seller_id, Listing.external_id == external_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).first()


def newest_revision(session: Session, listing: Listing) -> ListingRevision:
    """Return the revision that was proposed last, approved or not."""
    return session.scalars(
        select(ListingRevision).where(
            ListingRevision.listing_id == listing.id,
            ListingRevision.number == listing.last_number,
        )
    ).one()


def publish(listing: Listing, revision: ListingRevision, at: datetime) -> dict[str, Any]:
    """Show a revision to buyers; returns what to give `restore`. A suspended one stays so."""
    before = state_of(listing)
    _show(listing, revision)
    if listing.status == ListingStatus.PROPOSED:
        listing.status = ListingStatus.LIVE
    listing.published_at = listing.published_at or at
    touch(listing, at)
    return before


def set_status(listing: Listing, status: ListingStatus, at: datetime) -> dict[str, Any]:
    """Change whether buyers see a listing; returns what to give `restore`."""
    before = state_of(listing)
    listing.status = status
    touch(listing, at)
    return before


def state_of(listing: Listing) -> dict[str, Any]:
    """Return what publishing and status changes touch, as JSON keeps it."""
    published_at = listing.published_at
    return {
        "status": listing.status,
        "live_id": listing.live_id,
        "published_at": published_at.isoformat() if published_at else None,
    }


def restore(session: Session, listing: Listing, before: dict[str, Any], at: datetime) -> None:
    """Put a listing back as `state_of` kept it."""
    live_id, published_at = before["live_id"], before["published_at"]
    listing.status = before["status"]
    _show(listing, session.get_one(ListingRevision, live_id) if live_id else None)
    listing.published_at = datetime.fromisoformat(published_at) if published_at else None
    touch(listing, at)


def _show(listing: Listing, revision: ListingRevision | None) -> None:
    """Let a stored revision be the one that buyers see, written with the row's other columns."""
    listing.live_id = revision.id if revision else None
    set_committed_value(listing, "live", revision)


def touch(listing: Listing, at: datetime) -> None:
    """Count one more change."""
    listing.version += 1
    listing.changed_at = at
