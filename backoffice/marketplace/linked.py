"""Linked accounts: sellers that share a SIREN, an IBAN, a phone, an address or an e-mail."""

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from backoffice.core.text import N_
from backoffice.marketplace.profile import ProfileColumns
from backoffice.marketplace.seller import Seller, SellerStatus

SHARED = {
    "siren": N_("by SIREN"),
    "iban_fingerprint": N_("by IBAN"),
    "phone": N_("by phone"),
    "address_key": N_("by address"),
    "email": N_("by e-mail"),
    "contact_email": N_("by contact e-mail"),
}
WORST_FIRST = (
    SellerStatus.SUSPENDED,
    SellerStatus.TERMINATED,
    SellerStatus.REFUSED,
    SellerStatus.ACTIVE,
    SellerStatus.APPLICANT,
)
LINKS_MAX = 50

_GRAVITY = case({status: rank for rank, status in enumerate(WORST_FIRST)}, value=Seller.status)


class LinkedSeller(NamedTuple):
    """Another seller and the columns whose values it shares."""

    seller: Seller
    shared: tuple[str, ...]

    @property
    def by(self) -> tuple[str, ...]:
        """Return by what it is linked, to be translated."""
        return tuple(SHARED[name] for name in self.shared)


def linked_sellers(session: Session, profile: ProfileColumns, own_id: int) -> list[LinkedSeller]:
    """Return the other sellers that share something with this profile: fifty, the worst first."""
    conditions = [
        getattr(Seller, name) == getattr(profile, name) for name in SHARED if getattr(profile, name)
    ]
    rows = session.scalars(
        select(Seller)
        .where(Seller.id != own_id, or_(*conditions))
        .order_by(_GRAVITY, Seller.id)
        .limit(LINKS_MAX)
    )
    return [LinkedSeller(row, _shared_by(profile, row)) for row in rows]


def links_between(
    some: Iterable[Seller], others: Iterable[Seller]
) -> list[tuple[Seller, LinkedSeller]]:
    """Return which of these sellers share something with which of the others."""
    pairs = [(one, other) for one, other in product(some, others) if one.id != other.id]
    found = [(one, LinkedSeller(other, _shared_by(one, other))) for one, other in pairs]
    return [(one, link) for one, link in found if link.shared]


def _shared_by(profile: ProfileColumns, other: Seller) -> tuple[str, ...]:
    return tuple(
        name
        for name in SHARED
        if getattr(profile, name) and getattr(profile, name) == getattr(other, name)
    )
