"""Pictures of listings: fetched once per address, kept small, told apart by what they show."""

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
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now


class PictureState(StrEnum):
    """How far a picture got."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"  # the address gave no picture; `problem` says why


class Picture(Identified, Base):
    """What one address gave: its digest, its perceptual hash, a thumbnail."""

    __tablename__ = "picture"
    __table_args__ = (
        CheckConstraint("state in ('pending', 'ready', 'failed')", name="state"),
        Index("ix_picture_pending", "id", postgresql_where=sql("state = 'pending'")),
        Index("ix_picture_sha256", "sha256"),
        Index("ix_picture_bands", "bands", postgresql_using="gin"),
    )
    url: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    url_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True, info=marked(Personal.NONE))
    state: Mapped[str] = mapped_column(default=PictureState.PENDING, info=marked(Personal.NONE))
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB, info=marked(Personal.NONE))
    sha256: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))
    phash: Mapped[int | None] = mapped_column(BigInteger)  # 64 bits, signed
    # Its four 16-bit parts, by which look-alikes are found (`pictures.bands_of`).
    bands: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    thumbnail_key: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    fetched_at: Mapped[datetime | None]


class RevisionPicture(Base):
    """Which pictures a revision shows, in order; the seller is here to find another's use."""

    __tablename__ = "revision_picture"
    __table_args__ = (Index("ix_revision_picture_picture", "picture_id", "seller_id"),)
    revision_id: Mapped[int] = mapped_column(ForeignKey("listing_revision.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    picture_id: Mapped[int] = mapped_column(ForeignKey("picture.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
