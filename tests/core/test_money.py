"""Splitting VAT: the parts always add up, half a cent goes away from zero."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.core.money import split_vat


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
