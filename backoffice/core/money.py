"""Money in integer minor units (cents)."""

import re
from typing import NamedTuple

from backoffice.core.text import both, text
from backoffice.core.typed_text import InvalidInput

_TYPED = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,2}))?")
_FRENCH = str.maketrans({",": "\u202f", ".": ","})


class Money(NamedTuple):
    """An amount in the smallest unit of its currency."""

    amount_minor: int
    currency: str = "EUR"


class VatSplit(NamedTuple):
    """A gross amount and its parts, in minor units; net + vat is always gross."""

    net_minor: int
    vat_minor: int
    gross_minor: int


def split_vat(gross_minor: int, rate_bp: int) -> VatSplit:
    """Split a VAT-inclusive amount at a rate in basis points; half a cent rounds away from zero."""
    sign = -1 if gross_minor < 0 else 1
    base = 10_000 + rate_bp
    net = sign * ((abs(gross_minor) * 10_000 * 2 + base) // (2 * base))
    return VatSplit(net, gross_minor - net, gross_minor)


def euros(amount_minor: int) -> dict[str, str]:
    """Return an amount in cents as a value of a stored sentence, in both languages."""
    written = f"{amount_minor / 100:,.2f}"
    return both(f"{written.translate(_FRENCH)}\u00a0€", f"€{written}")


def parse_euros(typed: str) -> int:
    """Return an amount as people type it (“1 234,50 €”) in cents; raises InvalidInput."""
    digits = "".join(typed.split()).removesuffix("€")
    matched = _TYPED.fullmatch(digits)
    if matched is None:
        raise InvalidInput(text("Write an amount in euros, for example 24,90."))
    euro, cents = matched[1], (matched[2] or "").ljust(2, "0")
    return int(euro) * 100 + int(cents)
