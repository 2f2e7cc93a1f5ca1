"""From the rows of one product to a `ListingForm`, or to what is wrong in which column."""

import re
from typing import Any, NamedTuple

from pydantic import ValidationError

from backoffice.core.model_errors import sentence
from backoffice.core.text import text
from backoffice.marketplace.feeds.cells import Cells, Problem
from backoffice.marketplace.feeds.columns import ATTRIBUTE
from backoffice.marketplace.feeds.offer import BAD_REFERENCE, REFERENCE, bare_gtin, read_offers
from backoffice.marketplace.feeds.plain import plain_line, plain_text
from backoffice.marketplace.feeds.record import Record
from backoffice.marketplace.feeds.sheet import Sheet
from backoffice.marketplace.listing_form import IMAGES_MAX, ListingForm

_ADDRESSES = re.compile(r"[\s,;|]+(?=https?://)")
UNKNOWN_CATEGORY = text("We know no category of this name.")


class Product(NamedTuple):
    """A listing that was read, or what is wrong with it; where it came from in either case."""

    records: list[Record]
    form: ListingForm | None
    problems: list[Problem]


def make_product(sheet: Sheet, records: list[Record], seller: str) -> Product:
    """Read one product of a seller; nothing is raised for what its sender got wrong."""
    problems = [Problem(one.line, "", "", one.problem) for one in records if one.problem]
    if problems:
        return Product(records, None, problems)
    cells = Cells(sheet, records)
    body = _body(cells, seller)
    form = None if cells.problems else _validated(cells, body)
    return Product(records, form, cells.problems)


def _body(cells: Cells, seller: str) -> dict[str, Any]:
    """Return what the form is made of; what is wrong already is said by the cells."""
    body: dict[str, Any] = {
        "seller": seller,
        "currency": "EUR",
        "external_id": _reference(cells),
        "title": plain_line(cells.get("title") or cells.refuse_missing("title")),
        "description": plain_text(cells.get("description") or cells.get("summary")),
        "category": _category(cells),
        "variants": [],
    }
    if brand := cells.get("brand"):
        body["brand"] = plain_line(brand)
    _refuse_other_currency(cells)
    body |= read_offers(cells, body["external_id"])
    body["images"] = _images(cells)
    body["attributes"] = _attributes(cells, body["category"])
    body["safety"] = _safety(cells)
    return body


def _validated(cells: Cells, body: dict[str, Any]) -> ListingForm | None:
    try:
        return ListingForm.model_validate(body)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            value = one["input"] if isinstance(one["input"], str) else ""
            column = cells.column_of(one["loc"])
            cells.problems.append(Problem(cells.first.line, column, value, sentence(one)))
        return None


def _reference(cells: Cells) -> str:
    for target in ("reference", "reference_else", "gtin"):
        value = cells.get(target)
        if not value:
            continue
        cells.sources["external_id"] = cells.sources[target]
        if target == "gtin":
            value = re.sub(r"[\s.\u00a0\u202f-]+", "", bare_gtin(value))
            if not value.isdigit():
                return value  # told as a GTIN
        if not REFERENCE.fullmatch(value):
            cells.refuse(target, value, BAD_REFERENCE)
        return value
    return cells.refuse_missing("reference")


def _category(cells: Cells) -> str:
    said = ""
    for column in cells.sheet.columns("category", cells.first):
        value = plain_line(cells.sheet.value(cells.first, column))
        if value and (code := cells.sheet.category(value)):
            cells.sources["category"] = column
            return code
        if value and not said:
            cells.sources["category"], said = column, value
    if said:
        cells.refuse("category", said, UNKNOWN_CATEGORY)
        return ""
    return cells.refuse_missing("category")


def _refuse_other_currency(cells: Cells) -> None:
    currency = cells.get("currency")
    if currency and currency.upper() not in ("EUR", "€", "EURO", "EUROS"):
        cells.refuse("currency", currency, text("Prices are in euros: this is %(it)s.",
                                                it=currency))  # fmt: skip


def _images(cells: Cells) -> list[str]:
    found: dict[str, None] = {}
    for record in cells.records:
        for target in ("image", "images"):
            for column in cells.sheet.columns(target, record):
                if value := cells.sheet.value(record, column):
                    cells.sources["images"] = column
                    found.update(dict.fromkeys(_ADDRESSES.split(value)))
    return list(found)[:IMAGES_MAX]


def _attributes(cells: Cells, category: str) -> dict[str, str]:
    sheet, first = cells.sheet, cells.first
    sheet.columns("", first)  # lets the sheet learn headings that it never saw
    found: dict[str, str] = {}
    for code, column in sheet.attributes():
        if value := sheet.value(first, column):
            found.setdefault(sheet.code(category, code), plain_line(value))
            cells.sources[ATTRIBUTE + code] = column
    for feature in cells.get("features").split(","):
        name, _, rest = feature.partition(":")
        value = rest.partition(":")[0].strip()
        if value and (code := sheet.code(category, name)):
            found.setdefault(code, plain_line(value))
            cells.sources[ATTRIBUTE + code] = cells.sources["features"]
    return found


def _safety(cells: Cells) -> dict[str, Any]:
    safety: dict[str, Any] = {}
    for who in ("manufacturer", "responsible"):
        parts = {part: cells.get(f"{who}_{part}") for part in ("name", "address", "email")}
        if any(parts.values()):
            safety[who] = {part: value for part, value in parts.items() if value}
    if warnings := cells.get("warnings"):
        safety["warnings"] = plain_text(warnings)
    return safety
