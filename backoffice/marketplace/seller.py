"""Sellers: who they are, whether they may sell, and how that changes."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.party import Party
from backoffice.marketplace.profile import ProfileColumns

EXTERNAL_ID = r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}$"
"""How the marketplace's identifiers look: they stand in addresses."""


class SellerStatus(StrEnum):
    """Whether a seller may sell."""

    APPLICANT = "applicant"
    ACTIVE = "active"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"


class Seller(Identified, ProfileColumns, Base):
    """A professional seller, named by the marketplace's own identifier."""

    __tablename__ = "seller"
    __table_args__ = (
        CheckConstraint(
            "status in ('applicant', 'active', 'refused', 'suspended', 'terminated')", name="status"
        ),
    )
    external_id: Mapped[str] = mapped_column(unique=True, info=marked(Personal.PARTY))
    status: Mapped[str] = mapped_column(default=SellerStatus.APPLICANT, info=marked(Personal.NONE))
    status_reason: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))
    status_at: Mapped[datetime] = mapped_column(default=now)
    plan: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    approved_at: Mapped[datetime | None]

    @property
    def party(self) -> Party:
        """Return the seller as it is written to."""
        return Party("seller", self.id, self.representative, self.contact_email, self.locale)

    @property
    def seller_id(self) -> int:
        """Return its own number, as other subjects name their seller."""
        return self.id


class SellerHistory(Identified, Base):
    """One change of a seller's profile: fields with their old and new values, IBANs masked."""

    __tablename__ = "seller_history"
    __table_args__ = (Index("ix_seller_history_seller", "seller_id", "id"),)
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    actor: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB, info=marked(Personal.PARTY))


def by_external_id(session: Session, external_id: str, *, lock: bool = False) -> Seller | None:
    """Return the seller with the marketplace's identifier, its row locked if asked."""
    if not re.fullmatch(EXTERNAL_ID, external_id):
        return None
    query = select(Seller).where(Seller.external_id == external_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).first()


def set_status(
    seller: Seller, status: SellerStatus, why: str = "", at: datetime | None = None
) -> dict[str, Any]:
    """Change whether the seller may sell; returns what to give `restore_status`."""
    at = at or now()
    before = {
        "status": seller.status,
        "status_reason": seller.status_reason,
        "status_at": seller.status_at.isoformat(),
        "approved_at": seller.approved_at.isoformat() if seller.approved_at else None,
    }
    seller.status, seller.status_reason, seller.status_at = status, why, at
    if status == SellerStatus.ACTIVE and seller.approved_at is None:
        seller.approved_at = at
    seller.version += 1
    return before


def restore_status(seller: Seller, before: dict[str, Any]) -> None:
    """Put a status back as it was."""
    approved_at = before["approved_at"]
    seller.status, seller.status_reason = before["status"], before["status_reason"]
    seller.approved_at = datetime.fromisoformat(approved_at) if approved_at else None
    seller.status_at = datetime.fromisoformat(before["status_at"])
    seller.version += 1
