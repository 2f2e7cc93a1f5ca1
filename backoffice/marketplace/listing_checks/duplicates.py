"""The same GTIN twice at one seller: two listings of one article compete with each other."""

from collections.abc import Iterator

from backoffice.core.checks import Finding, Outcome
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.gtin import shown
from backoffice.marketplace.listing_checks.facts import gtins_of
from backoffice.marketplace.listing_checks.item import Item, fine, found


def look(item: Item) -> list[Finding]:
    """Look for other listings of the seller, stored or beside this one, with one of its GTINs."""
    gtins = gtins_of(item.revision)
    if not gtins:
        return [fine(N_("Without a GTIN there is nothing to compare."))]
    lines = list(_lines(item, gtins))
    if not lines:
        return [fine(N_("No other listing of this seller has this GTIN."))]
    said = text("This seller offers the same GTIN in another listing.")
    return [found(Outcome.FAIL, said, lines, fields=["gtin"])]


def _lines(item: Item, gtins: list[str]) -> Iterator[Text]:
    revision, offer, facts = item.revision, item.offer, item.facts
    for gtin in gtins:
        pair = (revision.seller_id, gtin)
        for place in facts.same_gtin.get(pair, ()):
            if place.listing_id != offer.listing_id and place.external_id != offer.external_id:
                yield text(
                    "%(gtin)s: “%(title)s” (%(reference)s)",
                    gtin=shown(gtin),
                    title=place.title,
                    reference=place.external_id,
                )
        for other in facts.in_chunk.get(pair, ()):
            if other is not revision:
                yield text(
                    "%(gtin)s: “%(title)s”, sent together with this one",
                    gtin=shown(gtin),
                    title=other.title,
                )
