"""Splitting VAT: the parts always add up, half a cent goes away from zero."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.core.money import parse_euros, split_vat
from backoffice.core.typed_text import InvalidInput


@pytest.mark.parametrize(
    ("gross", "rate", "net"),
    [(1990, 2000, 1658), (4990, 2000, 4158), (9990, 2000, 8325), (0, 2000, 0), (3, 10000, 2)],
)
def test_split_vat_rounds_the_net(gross, rate, net):
    assert split_vat(gross, rate).net_minor == net


@given(st.integers(-(10**12), 10**12), st.integers(0, 10_000))
def test_parts_add_up_and_a_refund_mirrors_its_charge(gross, rate):
    net, vat, total = split_vat(gross, rate)
    assert net + vat == total == gross
    assert split_vat(-gross, rate).net_minor == -net


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("24,90", 2490),
        ("24.9", 2490),
        ("24", 2400),
        ("1 234,56 €", 123456),
        ("1\u202f234,56\u00a0€", 123456),
        ("0,05", 5),
        ("007", 700),
    ],
)
def test_euros_are_read_as_people_type_them(typed, cents):
    assert parse_euros(typed) == cents


@pytest.mark.parametrize("typed", ["", "€", ",5", "1,234", "1.234,56", "-1", "1e2", "٣", "1" * 10])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(InvalidInput):
        parse_euros(typed)
