"""What the checks need to know, read for many listings with a query each."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Text, bindparam, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TableValuedAlias

from backoffice.core.case import Case, CaseKey
from backoffice.marketplace.categories import category_tree
from backoffice.marketplace.listing import Listing, ListingRevision, ListingStatus
from backoffice.marketplace.listing_checks.brands import BrandIndex, brands_in_force
from backoffice.marketplace.listing_checks.facts import Facts, Median, Pair, Place, gtins_of
from backoffice.marketplace.listing_checks.load_pictures import load_pictures, load_reuses
from backoffice.marketplace.listing_checks.rules import RuleBook, rules_in_force
from backoffice.marketplace.picture import Picture
from backoffice.marketplace.seller import Seller

QUEUE = "listings"  # whose cases are found by a GTIN, its variants' too


@dataclass(frozen=True)
class Asked:
    """What facts are loaded for."""

    session: Session
    revisions: Sequence[ListingRevision]
    at: datetime
    rules: RuleBook

    @cached_property
    def pairs(self) -> list[Pair]:
        """Return every seller with a GTIN that is looked at, in one order."""
        return sorted({(one.seller_id, gtin) for one in self.revisions for gtin in gtins_of(one)})

    @cached_property
    def pictures(self) -> dict[str, Picture]:
        """Return what is known of the pictures shown, by address."""
        urls = {url for one in self.revisions for url in one.images or ()}
        return load_pictures(self.session, urls)


def load_facts(
    session: Session, seller: Seller, revisions: Sequence[ListingRevision], at: datetime,
    needs: Collection[str] | None = None,
) -> Facts:  # fmt: skip
    """Read what `examine` needs for these revisions of a seller, stored or not; all by default."""
    names = {seller.id: seller.external_id}
    return gather(session, names, revisions, at, needs=needs)


def gather(
    session: Session, sellers: Mapping[int, str], revisions: Sequence[ListingRevision],
    at: datetime, *, needs: Collection[str] | None = None, rules: RuleBook | None = None,
) -> Facts:  # fmt: skip
    """Read the same for revisions of several sellers; `rules`, if given, stand for those in force.

    `needs` names the fields of `Facts` that are wanted; the others stay empty.
    """
    wanted = set(LOADERS) if needs is None else set(needs) & set(LOADERS)
    if rules is None:
        is_ruled = needs is None or {"rules", "reuses"} & set(needs)
        rules = RuleBook(rules_in_force(session, at) if is_ruled else ())
    asked = Asked(session, revisions, at, rules)
    return Facts(
        sellers=sellers, rules=rules, **{name: LOADERS[name](asked) for name in sorted(wanted)}
    )


def _same_gtin(asked: Asked) -> dict[Pair, list[Place]]:
    """Find the seller's listings with these GTINs by the identifiers of their cases.

    A listing counts with what is live and what is proposed; refused proposals do not.
    """
    if not (own := _own(asked.pairs)):
        return {}
    table, by_key = own
    # First the few keys with these values, then their cases, then which of those count: a planner
    # whose statistics lag behind an import would begin with all of the seller's cases.
    keys = (
        select(table.c.seller_id, table.c.gtin, CaseKey.case_id, CaseKey.kind)
        .join(CaseKey, CaseKey.value == by_key)
        .cte("keys")
        .prefix_with("MATERIALIZED")
    )
    cases = (
        select(keys, Case.queue, Case.subject_id, Case.resolution, Case.seller_id.label("of"))
        .join(Case, Case.id == keys.c.case_id)
        .where(keys.c.kind == "gtin")
        .cte("found")
        .prefix_with("MATERIALIZED")
    )
    rows = asked.session.execute(
        select(
            cases.c.seller_id, cases.c.gtin, Listing.id, Listing.external_id, ListingRevision.title
        )
        .distinct()
        .where(cases.c.queue == QUEUE, cases.c.of == cases.c.seller_id)
        .join(ListingRevision, ListingRevision.id == cases.c.subject_id)
        .join(Listing, Listing.id == ListingRevision.listing_id)
        .where(Listing.status != ListingStatus.WITHDRAWN)
        .where(
            or_(
                Listing.live_id == ListingRevision.id,
                (ListingRevision.number == Listing.last_number)
                & func.coalesce(cases.c.resolution != "rejected", True),
            )
        )
        .order_by(Listing.id)
    )
    found: defaultdict[Pair, list[Place]] = defaultdict(list)
    for seller_id, gtin, *place in rows:
        found[seller_id, gtin].append(Place(*place))
    return found


def _in_chunk(asked: Asked) -> dict[Pair, list[ListingRevision]]:
    """Return which of the revisions that are looked at together have a GTIN."""
    found: defaultdict[Pair, list[ListingRevision]] = defaultdict(list)
    for revision in asked.revisions:
        for gtin in gtins_of(revision):
            found[revision.seller_id, gtin].append(revision)
    return found


def _medians(asked: Asked) -> dict[Pair, Median]:
    """Return what other sellers ask for these GTINs in the middle, for what is live."""
    if not (own := _own(asked.pairs)):
        return {}
    table, _ = own
    middle = func.percentile_cont(0.5).within_group(Listing.price_minor)
    rows = asked.session.execute(
        select(table.c.seller_id, table.c.gtin, middle, func.count())
        .join(Listing, _is_anothers(table))
        .group_by(table.c.seller_id, table.c.gtin)
    )
    return {
        (seller_id, gtin): Median(round(price), count) for seller_id, gtin, price, count in rows
    }


def _elsewhere(asked: Asked) -> dict[Pair, dict[str, int]]:
    """Count in which categories other sellers have these GTINs live."""
    if not (own := _own(asked.pairs)):
        return {}
    table, _ = own
    rows = asked.session.execute(
        select(table.c.seller_id, table.c.gtin, ListingRevision.category, func.count())
        .join(Listing, _is_anothers(table))
        .join(ListingRevision, ListingRevision.id == Listing.live_id)
        .group_by(table.c.seller_id, table.c.gtin, ListingRevision.category)
    )
    found: defaultdict[Pair, dict[str, int]] = defaultdict(dict)
    for seller_id, gtin, category, count in rows:
        found[seller_id, gtin][category] = count
    return found


def _is_anothers(table: TableValuedAlias) -> Any:
    return (
        (Listing.gtin == table.c.gtin)
        & (Listing.seller_id != table.c.seller_id)
        & (Listing.status == ListingStatus.LIVE)
    )


def _own(pairs: Sequence[Pair]) -> tuple[TableValuedAlias, Any] | None:
    """Return the pairs as a table, with the form of their GTINs that identifies a case."""
    if not pairs:
        return None
    sellers, gtins = zip(*pairs, strict=True)
    table = (
        func.unnest(
            bindparam(None, list(sellers), ARRAY(BigInteger)),
            bindparam(None, list(gtins), ARRAY(Text)),
        )
        .table_valued("seller_id", "gtin", name="own")
        .render_derived()
    )
    return table, func.ltrim(table.c.gtin, "0")


def _brands(asked: Asked) -> BrandIndex:
    return BrandIndex(brands_in_force(asked.session, asked.at))


LOADERS: dict[str, Callable[[Asked], Any]] = {
    "tree": lambda asked: category_tree(asked.session, asked.at),
    "brands": _brands,
    "same_gtin": _same_gtin,
    "in_chunk": _in_chunk,
    "medians": _medians,
    "elsewhere": _elsewhere,
    "pictures": lambda asked: asked.pictures,
    "reuses": lambda asked: load_reuses(
        asked.session, asked.revisions, asked.pictures, asked.rules.greatest("image_distance")
    ),
}
"""How each field of `Facts` is read."""
