"""What the checks of listings know, as a new installation has it, without a database."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from backoffice.core.checks import Finding
from backoffice.marketplace.brand import ProtectedBrand
from backoffice.marketplace.categories import Tree
from backoffice.marketplace.category import Category
from backoffice.marketplace.listing import ListingRevision
from backoffice.marketplace.listing_checks import LOOKS, Facts, Offer
from backoffice.marketplace.listing_checks.brands import BrandIndex
from backoffice.marketplace.listing_checks.item import Item
from backoffice.marketplace.listing_checks.rules import RuleBook
from backoffice.marketplace.listing_form import Content
from backoffice.marketplace.listing_rule import ListingRule
from config.settings import ROOT
from tests.factories.listing import listing_body

SELLER = 1


def seeds(file: str, model: type) -> list[Any]:
    """Return the rows of a file in `config/`."""
    rows = json.loads((ROOT / "config" / file).read_text("utf-8"))
    return [model(**row) for row in rows]


@cache
def seeded_tree() -> Tree:
    """Return the tree that an installation starts with."""
    return Tree(seeds("categories.json", Category))


def brand(name: str, *authorised: str) -> ProtectedBrand:
    """Return a protected brand."""
    return ProtectedBrand(
        name=name, owner=f"{name} SA", register="INPI", number="4012345", classes="21, 25",
        authorised=list(authorised),
    )  # fmt: skip


def facts(
    *, brands: Sequence[ProtectedBrand] = (), rules: Sequence[ListingRule] | None = None,
    **known: Any,
) -> Facts:  # fmt: skip
    """Return what is known: the seeded tree and rules, these brands, and what else is given."""
    if rules is None:
        rules = seeds("listing_rules.json", ListingRule)
    known = {"sellers": {SELLER: "shop-1"}, "tree": seeded_tree()} | known
    return Facts(rules=RuleBook(rules), brands=BrandIndex(brands), **known)


def revision(**changes: Any) -> ListingRevision:
    """Return a revision that nothing stores, made of a body as a marketplace posts it."""
    body = listing_body(**changes)
    content = Content.model_validate(
        {name: body[name] for name in Content.model_fields.keys() & body}
    )
    return ListingRevision(seller_id=SELLER, **content.columns())


def look(
    name: str, known: Facts | None = None, *, price_minor: int = 2450,
    offers: dict[str, Any] | None = None, of: ListingRevision | None = None, **changes: Any,
) -> list[Finding]:  # fmt: skip
    """Return what one check finds in a listing."""
    offer = Offer(7, "article-7", price_minor, offers or {})
    return LOOKS[name].look(Item(of or revision(**changes), offer, known or facts()))
