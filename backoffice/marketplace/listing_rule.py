"""Rules about listings that are data: terms, phrases, thresholds; tried before they hold."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now


class ListingRule(Identified, Base):
    """One rule, dated: a change is a new row of the same code; without `starts_at` it is a draft.

    Kinds: `term` (forbidden words), `delivery_cost` (a phrase that asks for more), `price_low`
    (per cent of the median of the same GTIN), `brand_likeness` (per cent from which a name is
    similar), `image_distance` (bits in which two pictures may differ).
    """

    __tablename__ = "listing_rule"
    __table_args__ = (
        UniqueConstraint("code", "starts_at"),
        CheckConstraint(
            "kind in ('term', 'delivery_cost', 'price_low', 'brand_likeness', 'image_distance')",
            name="kind",
        ),
        CheckConstraint("outcome in ('fail', 'warn')", name="outcome"),
    )
    code: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    outcome: Mapped[str] = mapped_column(default="fail", info=marked(Personal.NONE))
    pattern: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    number: Mapped[int | None]
    categories: Mapped[list[Any]] = mapped_column(  # codes it holds in, with all below; all: []
        JSONB, default=list, info=marked(Personal.NONE)
    )
    why: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    created_at: Mapped[datetime] = mapped_column(default=now)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
