"""The price beside what others ask for the same article."""

from collections.abc import Iterator
from typing import NamedTuple

from backoffice.core.checks import Finding, Outcome
from backoffice.core.money import euros
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.gtin import shown
from backoffice.marketplace.listing_checks.facts import Median
from backoffice.marketplace.listing_checks.item import Item, fine, found


class Price(NamedTuple):
    """What is asked for one GTIN (cents), beside the median of others."""

    gtin: str
    price_minor: int
    median: Median

    @property
    def percent(self) -> int:
        """Return the price in per cent of the median, rounded down."""
        return 100 * self.price_minor // self.median.price_minor


def look(item: Item) -> list[Finding]:
    """Compare each GTIN's price with the median of other sellers' live listings."""
    if not item.offer.price_minor:
        return [found(Outcome.WARN, text("The price is zero."), fields=["price"])]
    prices = list(_prices(item))
    if not prices:
        return [fine(N_("No other seller offers this GTIN."))]
    for rule in item.facts.rules.numbered("price_low", item.revision.category):
        low = [one for one in prices if one.percent < (rule.number or 0)]
        if low:
            lowest = min(low, key=lambda one: one.percent)
            said = text("The price is %(percent)s %% of what others ask.", percent=lowest.percent)
            lines = [*map(_line, low), text("Rule %(code)s: %(why)s", code=rule.code, why=rule.why)]
            return [found(Outcome(rule.outcome), said, lines, fields=["price"], rule=rule.code)]
    return [
        Finding(Outcome.PASS, text("The price is near what others ask."), tuple(map(_line, prices)))
    ]


def _prices(item: Item) -> Iterator[Price]:
    seller_id, medians = item.revision.seller_id, item.facts.medians
    asked = [(item.revision.gtin, item.offer.price_minor)]
    asked += [(one.get("gtin"), item.price_of(one["reference"])) for one in item.variants]
    for gtin, price_minor in asked:
        median = medians.get((seller_id, gtin)) if gtin else None
        if gtin and median and median.price_minor:
            yield Price(gtin, price_minor, median)


def _line(price: Price) -> Text:
    return text(
        "%(gtin)s: %(price)s; the median of %(count)s others is %(median)s",
        gtin=shown(price.gtin),
        price=euros(price.price_minor),
        median=euros(price.median.price_minor),
        count=price.median.listings,
    )
