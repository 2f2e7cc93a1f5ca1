"""What a product costs and is: price, quantity and GTIN, its variants' too, out of its cells."""

import re
from decimal import Decimal
from typing import Any

from backoffice.core.search import fold
from backoffice.core.text import text
from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.feeds.amounts import parse_net_price, parse_price, parse_quantity
from backoffice.marketplace.feeds.cells import Cells
from backoffice.marketplace.feeds.record import Record
from backoffice.marketplace.feeds.variants import (
    Row,
    is_alone,
    offer_of,
    references,
    variant_rows,
)
from backoffice.marketplace.gtin import parse_gtin
from backoffice.marketplace.seller import EXTERNAL_ID

# The rules that PrestaShop sets up for France, by number.
VAT_PERCENT = {"1": Decimal(20), "2": Decimal(10), "3": Decimal("5.5"), "4": Decimal("2.1")}
IN_STOCK = {"in stock": 1, "in_stock": 1, "available": 1, "disponible": 1, "en stock": 1,
            "out of stock": 0, "out_of_stock": 0, "rupture": 0, "rupture de stock": 0,
            "epuise": 0, "indisponible": 0}  # fmt: skip
REFERENCE = re.compile(EXTERNAL_ID)
BAD_REFERENCE = text("A reference has at most 100 letters without accents, digits and . _ : @ -"
                     " and begins with a letter or a digit.")  # fmt: skip
WHICH_VAT = text("Which VAT is in this price? Send prices with VAT, or a VAT rule from 1 to 4 (20,"
                 " 10, 5.5 or 2.1 per cent).")  # fmt: skip


def read_offers(cells: Cells, handle: str) -> dict[str, Any]:
    """Return price, quantity, GTIN and variants, as the form wants them."""
    if cells.sheet.dialect.format != "shopify":
        return _offer(cells, cells.first)

    def get(record: Record, target: str) -> str:
        return cells.get(target, record)

    rows = variant_rows(cells.records, get)
    if is_alone(rows):
        return _offer(cells, rows[0].record)
    names = references(rows, handle, get)
    variants = [_variant(cells, row, name) for row, name in zip(rows, names, strict=True)]
    return {"variants": variants, **offer_of(variants)}


def bare_gtin(raw: str) -> str:
    """Return a number without what spreadsheets and shops put around it: “'376…”, “376….0”."""
    return re.sub(r"(?<=\d)\.0$", "", raw.lstrip("'\u2019").strip()) if raw else ""


def _variant(cells: Cells, row: Row, reference: str) -> dict[str, Any]:
    if not REFERENCE.fullmatch(reference):
        cells.refuse("variant_reference", reference, BAD_REFERENCE, row.record)
    return {"reference": reference, "options": row.options, **_offer(cells, row.record)}


def _offer(cells: Cells, record: Record) -> dict[str, Any]:
    offer: dict[str, Any] = {}
    if (price := _price(cells, record)) is not None:
        offer["price_minor"] = price
    if (quantity := _quantity(cells, record)) is not None:
        offer["quantity"] = quantity
    raw = bare_gtin(cells.get("gtin", record))
    if raw and raw.strip("0"):
        try:
            offer["gtin"] = parse_gtin(raw).entered
        except InvalidInput as invalid:
            cells.refuse("gtin", raw, invalid.text, record)
    return offer


def _price(cells: Cells, record: Record) -> int | None:
    decimal = cells.sheet.dialect.decimal
    try:
        if raw := cells.get("price", record):
            return parse_price(raw, decimal)
        if raw := cells.get("net_price", record):
            return parse_net_price(raw, decimal, _vat_percent(cells, record))
    except InvalidInput as invalid:
        target = "price" if cells.get("price", record) else "net_price"
        cells.refuse(target, raw, invalid.text, record)
        return None
    cells.refuse_missing("price" if cells.sheet.columns("price", record) else "net_price", record)
    return None


def _vat_percent(cells: Cells, record: Record) -> Decimal:
    rule = cells.get("tax_rule", record)
    if rule not in VAT_PERCENT:
        raise InvalidInput(WHICH_VAT)
    return VAT_PERCENT[rule]


def _quantity(cells: Cells, record: Record) -> int | None:
    if raw := cells.get("quantity", record):
        try:
            return parse_quantity(raw)
        except InvalidInput as invalid:
            cells.refuse("quantity", raw, invalid.text, record)
            return None
    said = cells.get("availability", record)
    if said and fold(said) in IN_STOCK:
        return IN_STOCK[fold(said)]
    if said:
        cells.refuse("availability", said, text("Write “in stock” or “out of stock”."), record)
    else:
        cells.refuse_missing("quantity", record)
    return None
