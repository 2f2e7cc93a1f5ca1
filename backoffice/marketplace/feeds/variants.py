"""Shopify's layout: the rows of one handle are a product, its variants and its images."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from backoffice.marketplace.feeds.columns import code_of
from backoffice.marketplace.feeds.record import Record

ALONE = ("title", "default title")  # how Shopify writes that there are no variants
OPTIONS = ("option1", "option2", "option3")

Get = Callable[[Record, str], str]


class Row(NamedTuple):
    """A row that is a variant, with its options by code."""

    record: Record
    options: dict[str, str]


def variant_rows(records: list[Record], get: Get) -> list[Row]:
    """Return the rows that are variants; a row with an image alone is none."""
    names = {one: code_of(get(records[0], f"{one}_name")) for one in OPTIONS}
    rows = []
    for record in records:
        options = {
            names[one] or one: value for one in OPTIONS if (value := get(record, f"{one}_value"))
        }
        if options or get(record, "price"):
            rows.append(Row(record, options))
    return rows or [Row(records[0], {})]


def is_alone(rows: list[Row]) -> bool:
    """Tell whether a product has no variants."""
    if len(rows) > 1:
        return False
    options = rows[0].options
    return not options or [*options.items()] == [ALONE] or _is_default(options)


def _is_default(options: dict[str, str]) -> bool:
    return len(options) == 1 and next(iter(options.values())).lower() == ALONE[1]


def references(rows: list[Row], handle: str, get: Get) -> Iterator[str]:
    """Yield the reference of each variant: its SKU, else the handle with a number."""
    for number, row in enumerate(rows, 1):
        yield get(row.record, "variant_reference") or f"{handle}-{number}"


def offer_of(variants: list[dict[str, Any]]) -> dict[str, int]:
    """Return the offer of the whole product: its lowest price, the sum of its pieces."""
    prices = [one["price_minor"] for one in variants if "price_minor" in one]
    pieces = [one["quantity"] for one in variants if "quantity" in one]
    offer = {"price_minor": min(prices)} if prices else {}
    return offer | ({"quantity": sum(pieces)} if pieces else {})
