"""Every check of a listing by name: what people call it, what it needs to know, how it looks."""

from collections.abc import Callable
from typing import NamedTuple

from backoffice.core.checks import Finding
from backoffice.core.text import N_
from backoffice.marketplace.listing import ListingRevision
from backoffice.marketplace.listing_checks import (
    category,
    duplicates,
    gtin,
    images,
    price,
    protected,
    safety,
    terms,
    variants,
)
from backoffice.marketplace.listing_checks.facts import Facts, Offer
from backoffice.marketplace.listing_checks.item import Item


class Look(NamedTuple):
    """One check: its label, its look at a listing, the fields of `Facts` that it reads."""

    label: str
    look: Callable[[Item], list[Finding]]
    needs: tuple[str, ...] = ()


LOOKS: dict[str, Look] = {
    "gtin": Look(N_("GTIN"), gtin.look),
    "duplicate": Look(N_("Same GTIN twice"), duplicates.look, ("same_gtin", "in_chunk")),
    "category": Look(N_("Category"), category.look, ("tree", "elsewhere")),
    "attributes": Look(N_("Characteristics"), category.look_at_characteristics, ("tree",)),
    "variants": Look(N_("Variants"), variants.look),
    "terms": Look(N_("Forbidden words"), terms.look, ("rules",)),
    "delivery_cost": Look(N_("Delivery cost"), terms.look_for_costs, ("rules",)),
    "brand": Look(N_("Protected brand"), protected.look, ("rules", "brands")),
    "price": Look(N_("Price"), price.look, ("rules", "medians")),
    "images": Look(N_("Pictures"), images.look, ("rules", "pictures", "reuses")),
    "safety": Look(N_("Product safety"), safety.look, ("tree",)),
}


def examine(revision: ListingRevision, offer: Offer, facts: Facts) -> dict[str, list[Finding]]:
    """Say what every check finds in a listing; asks nobody anything."""
    item = Item(revision, offer, facts)
    return {name: one.look(item) for name, one in LOOKS.items()}
