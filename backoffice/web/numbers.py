"""Filters for amounts, counts, sizes and the numbers that identify companies."""

from decimal import Decimal
from functools import lru_cache

from babel.numbers import (
    format_currency,
    format_decimal,
    get_currency_precision,
    get_group_symbol,
)
from flask_babel import gettext

from backoffice.core.money import Money
from backoffice.web.locale import language

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


def money(
    value: Money | int | None, currency: str = "EUR", *, signed: bool = False, bare: bool = False
) -> str:
    """Write an amount in minor units: “1 234,56 €”; `signed` adds a plus, `bare` leaves out the €.

    An unknown amount is said, never shown as a dash.
    """
    if value is None:
        return gettext("unknown")
    minor, code = value if isinstance(value, Money) else (value, currency)
    return _sign(minor, signed) + _amount(abs(minor), code, bare, language())


@lru_cache(maxsize=4096)
def _amount(minor: int, currency: str, bare: bool, locale: str) -> str:
    digits = get_currency_precision(currency)
    amount = Decimal(minor).scaleb(-digits)
    if bare:
        pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
        return format_decimal(amount, pattern, locale=locale)
    return format_currency(amount, currency, locale=locale)


def _sign(number: int, signed: bool) -> str:
    if number < 0:
        return MINUS
    return "+" if signed and number > 0 else ""


def count(value: int) -> str:
    """Write a whole number with the reader's separators."""
    return _sign(value, False) + f"{abs(value):,}".replace(",", _group(language()))


@lru_cache
def _group(locale: str) -> str:
    return get_group_symbol(locale)


def percent(value: float | None) -> str:
    """Write a share of 1 as a percentage without decimals; say when there is none."""
    if value is None:
        return gettext("not applicable")
    return f"{round(value * 100)}{NBSP}%" if language() == "fr" else f"{round(value * 100)}%"


def rate(basis_points: int) -> str:
    """Write a rate in basis points: “5,5 %”."""
    space = NBSP if language() == "fr" else ""
    return format_decimal(Decimal(basis_points) / 100, locale=language()) + f"{space}%"


def stars(average: float) -> str:
    """Write an average of reviews: “4,2/5”."""
    return f"{format_decimal(average, '0.0', locale=language())}/5"


def filesize(octets: int) -> str:
    """Write a size in bytes with two or three digits: “310 Ko”, “1,2 Mo”."""
    units = ("o", "Ko", "Mo", "Go") if language() == "fr" else ("B", "KB", "MB", "GB")
    size, unit = float(octets), 0
    while size >= 1000 and unit < len(units) - 1:
        size, unit = size / 1000, unit + 1
    digits = 1 if unit > 1 and size < 10 else 0
    return f"{format_decimal(round(size, digits), locale=language())}{NBSP}{units[unit]}"


def siren(value: str | None) -> str:
    """Group a SIREN or a SIRET in threes: “918 402 736 00014”; anything else is left as typed."""
    if not value or not value.isdigit() or len(value) not in {9, 14}:
        return value or ""
    return NBSP.join((value[:3], value[3:6], value[6:9], value[9:])).rstrip(NBSP)


def vat(value: str | None) -> str:
    """Group a French VAT number: “FR44 918 402 736”; others are left as typed."""
    if not value or not value.startswith("FR") or len(value) != 13:
        return value or ""
    return f"{value[:4]}{NBSP}{siren(value[4:])}"
