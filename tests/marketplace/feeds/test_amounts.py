"""Amounts as they are written."""

from decimal import Decimal

import pytest

from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.feeds.amounts import (
    decimal_mark,
    parse_net_price,
    parse_price,
    parse_quantity,
)


@pytest.mark.parametrize(
    ("raw", "decimal", "cents"),
    [
        ("12.50", ".", 1250),
        ("12,50", ",", 1250),
        ("12,5", ".", 1250),
        ("1.234,56 €", ",", 123456),
        ("1.234,56 €", ".", 123456),
        ("1,234.56", ",", 123456),
        ("1 234,56 EUR", ",", 123456),
        ("1\u202f234,56\u00a0€", ",", 123456),
        ("EUR 12.50", ".", 1250),
        ("12,50 EUR", ",", 1250),
        ("12.900000", ".", 1290),
        ("1,234", ".", 123400),
        ("1.234", ",", 123400),
        ("1.000.000,00", ",", 100_000_000),
        ("0", ".", 0),
        ("15", ",", 1500),
    ],
)
def test_reads_prices(raw, decimal, cents):
    assert parse_price(raw, decimal) == cents


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("12.34567", "at most two decimals"),
        ("1,234", "at most two decimals"),
        ("-5,00", "not negative"),
        ("douze", "Write an amount"),
        ("12,50 USD", "in euros"),
        ("$12.50", "in euros"),
        ("1.23.45", "Write an amount"),
        ("12,50,3", "Write an amount"),
        ("999999999", "at most 1000000"),
        ("=1+1", "Write an amount"),
        ("1" * 500, "Write an amount"),
        ("\u0661\u0662", "Write an amount"),
    ],
)
def test_says_why_a_price_is_none(raw, says):
    with pytest.raises(InvalidInput, match=says):
        parse_price(raw, ",")


def test_adds_the_vat_to_a_price_without():
    assert parse_net_price("8.250000", ".", Decimal(20)) == 990
    assert parse_net_price("10,004", ",", Decimal("5.5")) == 1055


@pytest.mark.parametrize(("raw", "number"), [("12", 12), ("1 200", 1200), ("12.0", 12), ("+3", 3)])
def test_reads_quantities(raw, number):
    assert parse_quantity(raw) == number


@pytest.mark.parametrize("raw", ["-1", "1.5", "12.000", "beaucoup", "99999999", ""])
def test_refuses_what_is_no_quantity(raw):
    with pytest.raises(InvalidInput):
        parse_quantity(raw)


def test_sees_which_decimal_mark_a_file_has():
    assert decimal_mark(["12,50", "3,00", "1.234,56"]) == ","
    assert decimal_mark(["12.50", "1,234.56"]) == "."
    assert decimal_mark(["12", "1.234"]) == "."
