"""Imports: a file of listings, how far its reading got, and what was wrong with its rows."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.marketplace.seller import Seller
from backoffice.marketplace.submission import Submission


class ImportState(StrEnum):
    """How far an import got."""

    DRAFT = "draft"  # its columns wait for a person's look
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"  # what was committed stays
    FAILED = "failed"  # the file could not be read (further); `problem` says why


class ListingImport(Identified, Base):
    """One file; every chunk of rows moves `rows_read` in the transaction that stores them."""

    __tablename__ = "listing_import"
    __table_args__ = (
        CheckConstraint(
            "state in ('draft', 'queued', 'running', 'done', 'cancelled', 'failed')", name="state"
        ),
    )
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"), index=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("listing_submission.id"))
    actor: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    filename: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    storage_key: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    format: Mapped[str] = mapped_column(info=marked(Personal.NONE))  # csv, google_xml, shopify…
    # Encoding, separator, decimal mark, header line: what was recognised or chosen.
    dialect: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=marked(Personal.NONE))
    mapping: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=marked(Personal.NONE))
    state: Mapped[str] = mapped_column(default=ImportState.QUEUED, info=marked(Personal.NONE))
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB, info=marked(Personal.NONE))
    rows_read: Mapped[int] = mapped_column(Integer, default=0)
    # Listings, which may take several rows each.
    rows_created: Mapped[int] = mapped_column(Integer, default=0)
    rows_updated: Mapped[int] = mapped_column(Integer, default=0)
    rows_unchanged: Mapped[int] = mapped_column(Integer, default=0)
    rows_refused: Mapped[int] = mapped_column(Integer, default=0)
    # Where the next row begins: a reading goes on from here.
    bytes_read: Mapped[int] = mapped_column(BigInteger, default=0)
    lines_read: Mapped[int] = mapped_column(Integer, default=0)
    cancel_asked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    seller: Mapped[Seller] = relationship()
    submission: Mapped[Submission | None] = relationship()

    @property
    def rows_done(self) -> int:
        """Return how many listings came out of the rows read, whatever became of them."""
        return self.rows_created + self.rows_updated + self.rows_unchanged + self.rows_refused


class ImportRowError(Identified, Base):
    """One thing wrong in one row, to be corrected and sent again."""

    __tablename__ = "import_row_error"
    __table_args__ = (Index("ix_import_row_error_import", "import_id", "line", "id"),)
    import_id: Mapped[int] = mapped_column(ForeignKey("listing_import.id"))
    line: Mapped[int] = mapped_column(Integer)
    column: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    value: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))
    said: Mapped[dict[str, Any]] = mapped_column(JSONB, info=marked(Personal.NONE))
    # The cells of the listing's rows, once per listing: [[line, cell, cell…], …].
    rows: Mapped[list[Any]] = mapped_column(JSONB, default=list, info=marked(Personal.FREE))


class ImportReference(Base):
    """Which references a file gave already, so that a second one is told, however far apart."""

    __tablename__ = "import_reference"
    import_id: Mapped[int] = mapped_column(ForeignKey("listing_import.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True, info=marked(Personal.NONE))
    line: Mapped[int] = mapped_column(Integer)


class ImportMapping(Identified, Base):
    """Which column of a seller's files means what, kept for the next file with these headers."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("seller_id", "headers_sha256"),)
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    headers_sha256: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    mapping: Mapped[dict[str, Any]] = mapped_column(JSONB, info=marked(Personal.NONE))
    changed_at: Mapped[datetime] = mapped_column(default=now)
