"""The profile change: identity data that a seller wants to change, staged until decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.marketplace.edit import Profile, overlaid
from backoffice.marketplace.profile import COLUMNS
from backoffice.marketplace.seller import Seller

HIDDEN = ("iban_encrypted", "iban_fingerprint")


class ProfileChange(Identified, Base):
    """One staged edit of a seller's identity; the old values stay live until it is approved."""

    __tablename__ = "profile_change"
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"), index=True)
    # New values by profile column, as `marketplace.edit` keeps them: an IBAN is encrypted.
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB, info=marked(Personal.PARTY))
    base_version: Mapped[int] = mapped_column(Integer)  # of the profile it was written against
    received_at: Mapped[datetime] = mapped_column(default=now)
    seller: Mapped[Seller] = relationship(lazy="joined", innerjoin=True)

    @property
    def proposed(self) -> Profile:
        """Return the live profile with this change laid over it: what the checks look at."""
        return overlaid(self.seller, self.changes)

    @property
    def fields(self) -> list[str]:
        """Return the names of the fields it changes, in the profile's order; the IBAN is one."""
        shown = (name for name in COLUMNS if name in self.changes and name not in HIDDEN)
        return ["iban" if name == "iban_last4" else name for name in shown]
