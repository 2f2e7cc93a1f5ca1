"""Orders: what was bought of whom, and what happened to it since, as the shop tells it."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, lazyload, mapped_column, relationship
from sqlalchemy.orm.interfaces import ORMOption

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.text import N_
from backoffice.marketplace.buyer import Buyer
from backoffice.marketplace.listing import Listing, ListingRevision
from backoffice.marketplace.seller import EXTERNAL_ID, Seller


class OrderEventType(StrEnum):
    """What may happen to an order after it was made."""

    PAID = "paid"
    SHIPPED = "shipped"  # the carrier's first scan, not the label
    DELIVERED = "delivered"
    RETURN_REQUESTED = "return_requested"
    RETURN_SHIPPED = "return_shipped"  # with proof of dispatch
    RETURNED = "returned"  # the goods are with the seller
    CANCELLED = "cancelled"


EVENTS = {
    OrderEventType.PAID: N_("Paid"),
    OrderEventType.SHIPPED: N_("Shipped"),
    OrderEventType.DELIVERED: N_("Delivered"),
    OrderEventType.RETURN_REQUESTED: N_("Return requested"),
    OrderEventType.RETURN_SHIPPED: N_("Return shipped"),
    OrderEventType.RETURNED: N_("Returned"),
    OrderEventType.CANCELLED: N_("Order cancelled"),
}


class ChargeType(StrEnum):
    """On whose account the charge lies (Stripe Connect)."""

    DESTINATION = "destination"  # on ours; the seller is credited net of the fee
    DIRECT = "direct"  # on the seller's


class Order(Identified, Base):
    """One order of one buyer at one seller; prices include VAT and delivery."""

    __tablename__ = "shop_order"
    __table_args__ = (
        CheckConstraint("total_minor > 0", name="total_minor"),
        CheckConstraint("charge_type in ('destination', 'direct')", name="charge_type"),
        Index("ix_shop_order_seller", "seller_id", "ordered_at", "id"),
        Index("ix_shop_order_buyer", "buyer_id", "ordered_at", "id"),
        Index("ix_shop_order_charge", "charge", postgresql_where=sql("charge is not null")),
        Index(
            "ix_shop_order_unshipped",
            "paid_at",
            "id",
            postgresql_where=sql("paid_at is not null and shipped_at is null"
                                 " and delivered_at is null and cancelled_at is null"),
        ),
        Index(
            "ix_shop_order_undelivered",
            "paid_at",
            "id",
            postgresql_where=sql("paid_at is not null and delivered_at is null"
                                 " and cancelled_at is null"),
        ),
        Index(
            "ix_shop_order_unpaid",
            "ordered_at",
            "id",
            postgresql_where=sql("paid_at is null and cancelled_at is null"),
        ),
    )  # fmt: skip
    external_id: Mapped[str] = mapped_column(unique=True, info=marked(Personal.PARTY))
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyer.id"))
    currency: Mapped[str] = mapped_column(default="EUR", info=marked(Personal.NONE))
    total_minor: Mapped[int] = mapped_column(BigInteger)
    return_address: Mapped[str] = mapped_column(default="", info=marked(Personal.PARTY))
    # Stripe's own: the charge that paid it, and where that lies.
    charge: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))
    charge_type: Mapped[str] = mapped_column(
        default=ChargeType.DESTINATION, info=marked(Personal.NONE)
    )
    ordered_at: Mapped[datetime]
    # What its events say, here so that late ones are found.
    paid_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    return_requested_at: Mapped[datetime | None]
    return_shipped_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    carrier: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    tracking_number: Mapped[str] = mapped_column(default="", info=marked(Personal.PARTY))
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)

    seller: Mapped[Seller] = relationship(lazy="joined")
    buyer: Mapped[Buyer] = relationship(lazy="joined")
    lines: Mapped[list["OrderLine"]] = relationship(
        order_by="OrderLine.position", back_populates="order", lazy="selectin"
    )


class OrderLine(Identified, Base):
    """One article of an order, as it was sold."""

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "external_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("total_minor >= 0", name="total_minor"),
        Index("ix_order_line_listing", "listing_id"),
    )
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    external_id: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    listing_external_id: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"))
    # What the buyer saw: the revision that was live when it was ordered.
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("listing_revision.id"))
    title: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    quantity: Mapped[int] = mapped_column(Integer)
    unit_price_minor: Mapped[int] = mapped_column(BigInteger)  # VAT and delivery included
    total_minor: Mapped[int] = mapped_column(BigInteger)

    order: Mapped[Order] = relationship(back_populates="lines")
    listing: Mapped[Listing | None] = relationship()
    revision: Mapped[ListingRevision | None] = relationship()


class OrderEvent(Identified, Base):
    """One thing that happened to an order; one that comes before its order waits for it."""

    __tablename__ = "order_event"
    __table_args__ = (
        UniqueConstraint("order_external_id", "type", "at"),
        CheckConstraint(
            "type in ('paid', 'shipped', 'delivered', 'return_requested', 'return_shipped',"
            " 'returned', 'cancelled')",
            name="type",
        ),
        Index("ix_order_event_order", "order_id", "at"),
    )
    order_external_id: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("shop_order.id"))
    type: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=marked(Personal.PARTY))
    received_at: Mapped[datetime] = mapped_column(default=now)


ALONE = (lazyload(Order.seller), lazyload(Order.buyer), lazyload(Order.lines))
"""Options of a query that reads an order without what stands beside it."""


def order_by_external_id(
    session: Session, external_id: str, *, lock: bool = False, options: Sequence[ORMOption] = ()
) -> Order | None:
    """Return the order with the marketplace's identifier, its row locked if asked."""
    if not re.fullmatch(EXTERNAL_ID, external_id):
        return None
    query = select(Order).where(Order.external_id == external_id).options(*options)
    if lock:
        query = query.with_for_update(of=Order).execution_options(populate_existing=True)
    return session.scalars(query).first()


def lock_number(session: Session, external_id: str) -> None:
    """Let what comes at once under a number, an order’s or a charge’s, wait until the commit."""
    digest = hashlib.sha256(f"order\n{external_id}".encode()).digest()
    key = int.from_bytes(digest[:8], signed=True)
    session.execute(select(func.pg_advisory_xact_lock(key)))


def touch(order: Order, at: datetime) -> None:
    """Count one more change."""
    order.version += 1
    order.changed_at = at
