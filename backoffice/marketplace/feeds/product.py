"""From the rows of one product to a `ListingForm`, or to what is wrong in which column."""

import re
from decimal import Decimal
from typing import Any, NamedTuple

from pydantic import ValidationError

from backoffice.core.model_errors import REQUIRED, sentence
from backoffice.core.search import fold
from backoffice.core.text import Text, text
from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.feeds.amounts import parse_net_price, parse_price, parse_quantity
from backoffice.marketplace.feeds.columns import ATTRIBUTE, TARGETS
from backoffice.marketplace.feeds.plain import plain_line, plain_text
from backoffice.marketplace.feeds.record import Record
from backoffice.marketplace.feeds.sheet import Sheet
from backoffice.marketplace.feeds.variants import (
    Row,
    is_alone,
    offer_of,
    references,
    variant_rows,
)
from backoffice.marketplace.gtin import parse_gtin
from backoffice.marketplace.listing_form import IMAGES_MAX, ListingForm
from backoffice.marketplace.seller import EXTERNAL_ID

# The rules that PrestaShop sets up for France, by number.
VAT_PERCENT = {"1": Decimal(20), "2": Decimal(10), "3": Decimal("5.5"), "4": Decimal("2.1")}
IN_STOCK = {"in stock": 1, "in_stock": 1, "available": 1, "disponible": 1, "en stock": 1,
            "out of stock": 0, "out_of_stock": 0, "rupture": 0, "rupture de stock": 0,
            "epuise": 0, "indisponible": 0}  # fmt: skip
_REFERENCE = re.compile(EXTERNAL_ID)
_ADDRESSES = re.compile(r"[\s,;|]+(?=https?://)")
BAD_REFERENCE = text("A reference has at most 100 letters without accents, digits and . _ : @ -"
                     " and begins with a letter or a digit.")  # fmt: skip
WHICH_VAT = text("Which VAT is in this price? Send prices with VAT, or a VAT rule from 1 to 4 (20,"
                 " 10, 5.5 or 2.1 per cent).")  # fmt: skip
UNKNOWN_CATEGORY = text("We know no category of this name.")


class Problem(NamedTuple):
    """What is wrong: line, heading of the column (may be empty), what stands there, why."""

    line: int
    column: str
    value: str
    said: Text


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
    attempt = _Attempt(sheet, records, seller)
    form = attempt.form()
    return Product(records, None if attempt.problems else form, attempt.problems)


class _Attempt:
    """One product being read; what is wrong is gathered, so that all of it is told at once."""

    def __init__(self, sheet: Sheet, records: list[Record], seller: str) -> None:
        self._sheet, self._records, self._first = sheet, records, records[0]
        self._seller = seller
        self._sources: dict[str, str] = {}  # heading by field of the form
        self.problems: list[Problem] = []

    def form(self) -> ListingForm | None:
        """Return the listing; None where something is wrong, said in `problems`."""
        body: dict[str, Any] = {"seller": self._seller, "currency": "EUR", "variants": []}
        body["external_id"] = self._reference()
        body["title"] = plain_line(self._get("title") or self._refuse_missing("title"))
        body["description"] = plain_text(self._get("description") or self._get("summary"))
        body["category"] = self._category()
        if brand := self._get("brand"):
            body["brand"] = plain_line(brand)
        self._refuse_other_currency()
        body |= self._offers(body["external_id"])
        body["images"] = self._images()
        body["attributes"] = self._attributes(body["category"])
        body["safety"] = self._safety()
        return None if self.problems else self._validated(body)

    def _validated(self, body: dict[str, Any]) -> ListingForm | None:
        try:
            return ListingForm.model_validate(body)
        except ValidationError as error:
            for one in error.errors(include_url=False):
                column = self._column_of(one["loc"])
                value = one["input"] if isinstance(one["input"], str) else ""
                self.problems.append(Problem(self._first.line, column, value, sentence(one)))
            return None

    def _column_of(self, location: tuple[int | str, ...]) -> str:
        steps = [str(step) for step in location if isinstance(step, str)]
        steps = steps[1:] if steps[0] == "safety" else steps
        for name in ("_".join(steps), ATTRIBUTE + steps[-1], steps[0]):
            if name in self._sources:
                return self._sources[name]
        return steps[0]

    def _get(self, target: str, record: Record | None = None) -> str:
        """Return the first cell that says something for a target, and remember its column."""
        record = record or self._first
        for column in self._sheet.columns(target, record):
            if value := self._sheet.value(record, column):
                self._sources[target] = column
                return value
        return ""

    def _refuse(self, target: str, value: str, said: Text, record: Record | None = None) -> None:
        record = record or self._first
        column = self._sources.get(target) or next(
            iter(self._sheet.columns(target, record)), TARGETS.get(target, target)
        )
        self.problems.append(Problem(record.line, column, value, said))

    def _refuse_missing(self, target: str) -> str:
        self._refuse(target, "", REQUIRED)
        return ""

    def _reference(self) -> str:
        for target in ("reference", "reference_else", "gtin"):
            value = self._get(target)
            if not value:
                continue
            self._sources["external_id"] = self._sources[target]
            if target == "gtin":
                value = re.sub(r"[\s.\u00a0\u202f-]+", "", _bare(value))
                if not value.isdigit():
                    return value  # told as a GTIN
            if not _REFERENCE.fullmatch(value):
                self._refuse(target, value, BAD_REFERENCE)
            return value
        return self._refuse_missing("reference")

    def _category(self) -> str:
        said = ""
        for column in self._sheet.columns("category", self._first):
            value = plain_line(self._sheet.value(self._first, column))
            if value and (code := self._sheet.category(value)):
                self._sources["category"] = column
                return code
            if value and not said:
                self._sources["category"], said = column, value
        if said:
            self._refuse("category", said, UNKNOWN_CATEGORY)
            return ""
        return self._refuse_missing("category")

    def _refuse_other_currency(self) -> None:
        currency = self._get("currency")
        if currency and currency.upper() not in ("EUR", "€", "EURO", "EUROS"):
            self._refuse("currency", currency, text("Prices are in euros: this is %(it)s.",
                                                    it=currency))  # fmt: skip

    def _offers(self, handle: str) -> dict[str, Any]:
        """Return price, quantity, GTIN and variants."""
        if self._sheet.dialect.format != "shopify":
            return self._offer(self._first)
        rows = variant_rows(self._records, lambda record, target: self._get(target, record))
        if is_alone(rows):
            return self._offer(rows[0].record)
        names = references(rows, handle, lambda record, target: self._get(target, record))
        variants = [self._variant(row, name) for row, name in zip(rows, names, strict=True)]
        return {"variants": variants, **offer_of(variants)}

    def _variant(self, row: Row, reference: str) -> dict[str, Any]:
        if not _REFERENCE.fullmatch(reference):
            self._refuse("variant_reference", reference, BAD_REFERENCE, row.record)
        return {"reference": reference, "options": row.options, **self._offer(row.record)}

    def _offer(self, record: Record) -> dict[str, Any]:
        offer: dict[str, Any] = {}
        if (price := self._price(record)) is not None:
            offer["price_minor"] = price
        if (quantity := self._quantity(record)) is not None:
            offer["quantity"] = quantity
        raw = _bare(self._get("gtin", record))
        if raw and raw.strip("0"):
            try:
                offer["gtin"] = parse_gtin(raw).entered
            except InvalidInput as invalid:
                self._refuse("gtin", raw, invalid.text, record)
        return offer

    def _price(self, record: Record) -> int | None:
        decimal = self._sheet.dialect.decimal
        try:
            if raw := self._get("price", record):
                return parse_price(raw, decimal)
            if raw := self._get("net_price", record):
                return parse_net_price(raw, decimal, self._vat(record))
        except InvalidInput as invalid:
            target = "price" if self._get("price", record) else "net_price"
            self._refuse(target, raw, invalid.text, record)
            return None
        self._refuse("price" if self._sheet.columns("price", record) else "net_price", "",
                     REQUIRED, record)  # fmt: skip
        return None

    def _vat(self, record: Record) -> Decimal:
        rule = self._get("tax_rule", record)
        if rule not in VAT_PERCENT:
            raise InvalidInput(WHICH_VAT)
        return VAT_PERCENT[rule]

    def _quantity(self, record: Record) -> int | None:
        if raw := self._get("quantity", record):
            try:
                return parse_quantity(raw)
            except InvalidInput as invalid:
                self._refuse("quantity", raw, invalid.text, record)
                return None
        said = self._get("availability", record)
        if said and fold(said) in IN_STOCK:
            return IN_STOCK[fold(said)]
        if said:
            self._refuse("availability", said, text("Write “in stock” or “out of stock”."), record)
            return None
        self._refuse("quantity", "", REQUIRED, record)
        return None

    def _images(self) -> list[str]:
        found: dict[str, None] = {}
        for record in self._records:
            for target in ("image", "images"):
                for column in self._sheet.columns(target, record):
                    if value := self._sheet.value(record, column):
                        self._sources["images"] = column
                        found.update(dict.fromkeys(_ADDRESSES.split(value)))
        return list(found)[:IMAGES_MAX]

    def _attributes(self, category: str) -> dict[str, str]:
        self._sheet.columns("", self._first)
        found: dict[str, str] = {}
        for code, column in self._sheet.attributes():
            if value := self._sheet.value(self._first, column):
                found.setdefault(self._sheet.code(category, code), plain_line(value))
                self._sources[ATTRIBUTE + code] = column
        for feature in self._get("features").split(","):
            name, _, rest = feature.partition(":")
            value = rest.partition(":")[0].strip()
            if value and (code := self._sheet.code(category, name)):
                found.setdefault(code, plain_line(value))
                self._sources[ATTRIBUTE + code] = self._sources["features"]
        return found

    def _safety(self) -> dict[str, Any]:
        safety: dict[str, Any] = {}
        for who in ("manufacturer", "responsible"):
            parts = {part: self._get(f"{who}_{part}") for part in ("name", "address", "email")}
            if any(parts.values()):
                safety[who] = {part: value for part, value in parts.items() if value}
        if warnings := self._get("warnings"):
            safety["warnings"] = plain_text(warnings)
        return safety


def _bare(gtin: str) -> str:
    """Return a number without what spreadsheets and shops put around it: “'376…”, “376….0”."""
    return re.sub(r"(?<=\d)\.0$", "", gtin.lstrip("'\u2019").strip()) if gtin else ""
