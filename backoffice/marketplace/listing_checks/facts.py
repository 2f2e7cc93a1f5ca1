"""What the checks know of the world: loaded once for many listings, then only read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from backoffice.marketplace.categories import Tree
from backoffice.marketplace.listing import ListingRevision
from backoffice.marketplace.listing_checks.brands import BrandIndex
from backoffice.marketplace.listing_checks.rules import RuleBook
from backoffice.marketplace.picture import Picture

Pair = tuple[int, str]  # a seller's number and a GTIN-14


class Offer(NamedTuple):
    """The part of a listing that no revision holds; `listing_id` is None before it is stored."""

    listing_id: int | None
    external_id: str
    price_minor: int
    variant_offers: Mapping[str, Mapping[str, int]] = {}


class Place(NamedTuple):
    """A listing of the same seller that has the same GTIN already."""

    listing_id: int
    external_id: str
    title: str


class Median(NamedTuple):
    """The middle price (cents) that other sellers ask for a GTIN, and how many they are."""

    price_minor: int
    listings: int


class Reuse(NamedTuple):
    """Where another seller shows a picture that is the same, or differs in so many bits."""

    seller: str
    external_id: str
    distance: int


@dataclass(frozen=True)
class Facts:
    """What many listings are looked at by; loaded by `load_facts`, or in part for one check."""

    sellers: Mapping[int, str] = field(default_factory=dict)  # external numbers
    tree: Tree = field(default_factory=Tree)
    rules: RuleBook = field(default_factory=RuleBook)
    brands: BrandIndex = field(default_factory=BrandIndex)
    same_gtin: Mapping[Pair, Sequence[Place]] = field(default_factory=dict)
    in_chunk: Mapping[Pair, Sequence[ListingRevision]] = field(default_factory=dict)
    medians: Mapping[Pair, Median] = field(default_factory=dict)
    # How many other sellers stand with a GTIN in which category.
    elsewhere: Mapping[Pair, Mapping[str, int]] = field(default_factory=dict)
    pictures: Mapping[str, Picture] = field(default_factory=dict)  # by address
    reuses: Mapping[tuple[int, int], Sequence[Reuse]] = field(default_factory=dict)


def gtins_of(revision: ListingRevision) -> list[str]:
    """Return every GTIN-14 of a revision, each once, its own before its variants'."""
    if not revision.variants:
        return [revision.gtin] if revision.gtin else []
    of_variants: list[Any] = [variant.get("gtin") for variant in revision.variants]
    return list(dict.fromkeys(one for one in (revision.gtin, *of_variants) if one))
