"""Linked accounts: sellers that share a SIREN, an IBAN, a phone, an address or an e-mail."""

from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backoffice.core.text import N_
from backoffice.marketplace.profile import ProfileColumns
from backoffice.marketplace.seller import Seller

SHARED = {
    "siren": N_("by SIREN"),
    "iban_fingerprint": N_("by IBAN"),
    "phone": N_("by phone"),
    "address_key": N_("by address"),
    "email": N_("by e-mail"),
    "contact_email": N_("by contact e-mail"),
}
LINKS_MAX = 50


class LinkedSeller(NamedTuple):
    """Another seller and by what it is linked."""

    seller: Seller
    by: tuple[str, ...]


def linked_sellers(session: Session, profile: ProfileColumns, own_id: int) -> list[LinkedSeller]:
    """Return the other sellers that share something with this profile, at most fifty."""
    conditions = [
        getattr(Seller, name) == getattr(profile, name) for name in SHARED if getattr(profile, name)
    ]
    rows = session.scalars(
        select(Seller).where(Seller.id != own_id, or_(*conditions)).limit(LINKS_MAX)
    )
    return [LinkedSeller(row, _shared_by(profile, row)) for row in rows]


def _shared_by(profile: ProfileColumns, other: Seller) -> tuple[str, ...]:
    return tuple(
        label
        for name, label in SHARED.items()
        if getattr(profile, name) and getattr(profile, name) == getattr(other, name)
    )
