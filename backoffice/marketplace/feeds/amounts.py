"""Amounts as people and programs write them: “1.234,56 €”, “12,50 EUR”, “12.900000”."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from backoffice.core.text import text
from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.listing_form import PRICE_MAX_MINOR, QUANTITY_MAX

_MONEY = re.compile(
    r"(?:EUR|€)?\s*([+-]?)\s*([0-9][0-9.,' \u00a0\u202f\u2019]*)\s*(?:EUR|€)?", re.I
)
_FOREIGN = re.compile(r"[A-Za-z]{3}\b|[$£¥]|CHF", re.I)
_SPACES = str.maketrans("", "", "' \u00a0\u202f\u2019")
_SAYS_DECIMAL = re.compile(r"([.,])\d{1,2}(?!\d)|([.,])\d{4,}")
_PLAIN = re.compile(r"\d{1,9}\.\d{2}")
NOT_AN_AMOUNT = text("Write an amount, such as 12.50 or 12,50.")


def parse_price(raw: str, decimal: str) -> int:
    """Return cents; raises InvalidInput, which says what to change.

    `decimal` is the file's own mark, which decides what “1,234” means.
    """
    if _PLAIN.fullmatch(raw) and decimal == ".":
        return _in_range(int(raw.replace(".", "")))
    amount = parse_amount(raw, decimal)
    if amount != amount.quantize(Decimal("0.01")):
        raise InvalidInput(
            text("A price has at most two decimals: this is %(it)s.", it=raw.strip())
        )
    return _in_range(int(amount * 100))


def parse_net_price(raw: str, decimal: str, vat_percent: Decimal) -> int:
    """Return cents with VAT of a price without; it may have more decimals, as shops keep it."""
    gross = parse_amount(raw, decimal) * (100 + vat_percent) / 100
    return _in_range(int((gross * 100).quantize(Decimal(1), ROUND_HALF_UP)))


def parse_amount(raw: str, decimal: str) -> Decimal:
    """Return an amount in euros, its sign kept out: raises InvalidInput."""
    shown = raw.strip()
    found = _MONEY.fullmatch(shown[:60]) if len(shown) <= 60 else None
    if found is None:
        if any(one.isdigit() for one in shown) and _FOREIGN.search(shown):
            raise InvalidInput(text("Prices are in euros: this is %(it)s.", it=shown[:60]))
        raise InvalidInput(NOT_AN_AMOUNT)
    if found[1] == "-":
        raise InvalidInput(text("A price is not negative."))
    return Decimal(_plain(found[2].translate(_SPACES), decimal))


def _plain(digits: str, decimal: str) -> str:
    """Return the digits with a point before the decimals, marks of thousands dropped."""
    comma, point = digits.count(","), digits.count(".")
    if comma and point:
        mark = "," if digits.rindex(",") > digits.rindex(".") else "."
    elif comma + point == 1:
        mark = "," if comma else "."
        if mark != decimal and re.fullmatch(r"\d{1,3}.\d{3}", digits):
            mark = ""  # a mark of thousands
    else:
        mark = ""
    whole, _, rest = digits.rpartition(mark) if mark else (digits, "", "")
    if not _is_grouped(whole) or not (rest.isdigit() or not rest):
        raise InvalidInput(NOT_AN_AMOUNT)
    return whole.replace(",", "").replace(".", "") + "." + (rest or "0")


def _is_grouped(whole: str) -> bool:
    return re.fullmatch(r"\d+|\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*", whole) is not None


def parse_quantity(raw: str) -> int:
    """Return a whole number of pieces; raises InvalidInput, for “12.000” too: is it twelve?"""
    shown = raw.strip().translate(_SPACES)
    if re.fullmatch(r"-\d+", shown):
        raise InvalidInput(text("A quantity is not negative."))
    found = re.fullmatch(r"\+?(\d{1,30})(?:[.,]0{1,2})?", shown)
    if found is None:
        raise InvalidInput(text("A quantity is a whole number."))
    if int(found[1]) > QUANTITY_MAX:
        raise InvalidInput(text("At most %(most)s pieces.", most=QUANTITY_MAX))
    return int(found[1])


def decimal_mark(values: Iterable[str]) -> str:
    """Return the decimal mark that most of these amounts show; the point when none does."""
    votes = {",": 0, ".": 0}
    for value in values:
        if marks := _SAYS_DECIMAL.findall(value):
            votes["".join(marks[-1])] += 1
    return "," if votes[","] > votes["."] else "."


def _in_range(minor: int) -> int:
    if minor > PRICE_MAX_MINOR:
        raise InvalidInput(text("A price is at most %(most)s €.", most=PRICE_MAX_MINOR // 100))
    return minor
