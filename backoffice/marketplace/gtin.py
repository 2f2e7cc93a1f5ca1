"""Article numbers: GTIN-8, -12, -13 and -14, kept as GTIN-14 beside what was typed.

The digit is the sum of GS1's General Specifications (weights 3 and 1 from the right); which
prefixes may be sold is a check's business, not this module's.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from stdnum import ean

from backoffice.core.text import Text, text
from backoffice.core.typed_text import InvalidInput

LENGTHS = frozenset({8, 12, 13, 14})
ENTERED_MAX = 40
_SEPARATORS = re.compile(r"[\s\u00a0\u202f.-]+")
_BY_SPREADSHEET = re.compile(r"\d[.,]?\d*[eE]\+?\d{1,2}")


class Gtin(NamedTuple):
    """A number of a GTIN's length; `canonical` is its GTIN-14, None where the digit is wrong."""

    entered: str
    canonical: str | None


@lru_cache(4096)  # of one row it is read to be told, to be checked and to be kept
def parse_gtin(raw: str) -> Gtin:
    """Read a GTIN with or without spaces and dashes; raises InvalidInput for what is not one."""
    entered = raw.strip()[:ENTERED_MAX]
    if _BY_SPREADSHEET.fullmatch(entered):
        raise InvalidInput(
            text(
                "A spreadsheet rounded this number (%(it)s): format the column as text and type"
                " all the digits again.",
                it=entered,
            )
        )
    digits = _SEPARATORS.sub("", entered)
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidInput(text("A GTIN is made of digits only."))
    if len(digits) not in LENGTHS:
        raise InvalidInput(_of_wrong_length(digits))
    is_one = check_digit(digits) == digits[-1] and bool(digits.strip("0"))
    return Gtin(digits, digits.zfill(14) if is_one else None)


def _of_wrong_length(digits: str) -> Text:
    """Say what is wrong, and what it would be with the zeros that a spreadsheet takes away."""
    count = len(digits)
    whole = digits.zfill(12)
    if 9 <= count < 12 and check_digit(whole) == whole[-1]:
        return text(
            "A GTIN has 8, 12, 13 or 14 digits: this has %(count)s. If a spreadsheet took zeros"
            " away in front, it is %(whole)s.",
            count=count,
            whole=whole,
        )
    return text("A GTIN has 8, 12, 13 or 14 digits: this has %(count)s.", count=count)


def check_digit(digits: str) -> str:
    """Return the last digit that a number of a GTIN's length should have."""
    return ean.calc_check_digit(digits[:-1])


def shown(canonical: str) -> str:
    """Return a GTIN-14 as people type it: with 8, 12 or 13 digits where these say the same."""
    digits = canonical.lstrip("0")
    length = next((size for size in (8, 12, 13) if len(digits) <= size), 14)
    return digits.zfill(length)


def ean_13(canonical: str) -> str:
    """Return the 13 digits of a GTIN-14; of a case of several, those of the item inside it."""
    if canonical.startswith("0"):
        return canonical[1:]
    return canonical[1:-1] + ean.calc_check_digit(canonical[1:-1])
