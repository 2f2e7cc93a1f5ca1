"""Company and account numbers: what arithmetic accepts and refuses."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.marketplace.identifiers import (
    InvalidIdentifier,
    format_siren,
    format_siret,
    parse_iban,
    parse_siren,
    parse_siret,
    parse_vat_number,
    vat_number_of,
)


@pytest.mark.parametrize(
    "raw", ["356000000", " 356 000 000 ", "356.000.000", "356\u00a0000\u202f000", "356-000-000"]
)
def test_siren_is_read_with_its_separators(raw):
    assert parse_siren(raw) == "356000000"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("", "empty"),
        ("35600000", "9 digits, this number has 8"),
        ("3560000000", "has 10"),
        ("356000001", "check digit"),
        ("000000000", "zeros"),
        ("35600000O", "digits only"),
        ("３５６０００００0", "plain letters and digits"),
        ("٣٥٦٠٠٠٠٠٠", "plain letters and digits"),
        ("356000000\0", "invisible"),
        ("\u202e356000000", "invisible"),
        ("9" * 10_000, "at most 64"),
    ],
)
def test_siren_is_refused(raw, why):
    with pytest.raises(InvalidIdentifier, match=why):
        parse_siren(raw)


@pytest.mark.parametrize(
    ("raw", "siren"),
    [
        ("35600000000048", "356000000"),  # La Poste's head office: Luhn
        ("35600000009075", "356000000"),  # its establishments: the sum of digits
        ("552 081 317 66522", "552081317"),
        ("732 829 320 00074", "732829320"),
    ],
)
def test_siret_is_read(raw, siren):
    assert parse_siret(raw, siren) == raw.replace(" ", "")


@pytest.mark.parametrize(
    ("raw", "siren", "why"),
    [
        ("73282932000079", None, "check digit"),
        ("35600000000049", None, "check digit"),
        ("35600000000043", None, "check digit"),
        ("00000000000000", None, "zeros"),
        ("73282932000000", None, "zeros"),
        ("7328293200007", None, "14 digits, this number has 13"),
        ("7328293200007A", None, "digits only"),
        ("73282932000074", "552081317", "belongs to the SIREN 732829320"),
    ],
)
def test_siret_is_refused(raw, siren, why):
    with pytest.raises(InvalidIdentifier, match=why):
        parse_siret(raw, siren)


@pytest.mark.parametrize(
    "raw", ["FR39356000000", "fr 39 356 000 000", "FR03552081317", "FRK7399859412"]
)
def test_vat_number_is_read(raw):
    number = parse_vat_number(raw)
    assert number == raw.upper().replace(" ", "")
    assert parse_vat_number(raw, number[4:]) == number


@pytest.mark.parametrize(
    ("raw", "siren", "why"),
    [
        ("FR40356000000", None, "key"),
        ("DE123456789", None, "begins with FR"),
        ("39356000000", None, "begins with FR"),
        ("FR3935600000", None, "9 digits of the SIREN"),
        ("FRO7399859412", None, "9 digits of the SIREN"),  # no letter O in a key
        ("FR0000000000", None, "9 digits of the SIREN"),
        ("FR00000000000", None, "9 digits of the SIREN"),
        ("FR39356000000", "552081317", "belongs to the SIREN 356000000"),
        ("FR39356000001", None, "key"),
    ],
)
def test_vat_number_is_refused(raw, siren, why):
    with pytest.raises(InvalidIdentifier, match=why):
        parse_vat_number(raw, siren)


def test_vat_number_of_monaco_has_no_siren():
    assert parse_vat_number("FR53000004605") == "FR53000004605"
    with pytest.raises(InvalidIdentifier, match="belongs to the SIREN"):
        parse_vat_number("FR53000004605", "356000000")


def test_vat_number_of_a_siren():
    assert vat_number_of("356000000") == "FR39356000000"


@pytest.mark.parametrize(
    "raw", ["FR14 2004 1010 0505 0001 3M02 606", "fr7630006000011234567890189", "BE68539007547034"]
)
def test_iban_is_read(raw):
    assert parse_iban(raw) == raw.upper().replace(" ", "")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("FR14 2004 1010 0505 0001 3M02 607", "check digits"),
        ("FR76", "check digits|length"),
        ("XX41356000000", "two letters of its country"),
        ("GB82WEST1234569876543", "check digits|length"),
        ("0", "check digits|two letters"),
        ("", "empty"),
    ],
)
def test_iban_is_refused(raw, why):
    with pytest.raises(InvalidIdentifier, match=why):
        parse_iban(raw)


def test_iban_of_the_wrong_length_for_its_country():
    with pytest.raises(InvalidIdentifier, match="length or the shape"):
        parse_iban("FR27356000000")


def test_numbers_are_printed_in_groups():
    assert format_siren("356000000") == "356\u202f000\u202f000"
    assert format_siret("35600000000048") == "356\u202f000\u202f000\u202f00048"


@given(st.text(max_size=40), st.sampled_from([parse_siren, parse_siret, parse_vat_number]))
def test_any_text_is_read_or_refused(raw, parse):
    with suppress(InvalidIdentifier):
        assert parse(raw).isalnum()


@given(st.text(max_size=70))
def test_any_iban_is_read_or_refused(raw):
    with suppress(InvalidIdentifier):
        assert parse_iban(raw).isalnum()
