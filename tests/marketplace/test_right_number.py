"""Numbers of rights as people type them: read, or refused with what to change."""

import pytest

from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.right_number import (
    REGISTERS,
    RightKind,
    check_territories,
    parse_right_number,
)

MARK, DESIGN, PATENT, GI = "trademark", "design", "patent", "geographical_indication"


@pytest.mark.parametrize(
    ("register", "kind", "typed", "canonical"),
    [
        ("INPI", MARK, "4123456", "4123456"),
        ("INPI", MARK, "4 123 456", "4123456"),
        ("INPI", MARK, "n° 4123456", "4123456"),
        ("INPI", MARK, "06 3449071", "3449071"),
        ("INPI", MARK, "063449071", "3449071"),
        ("INPI", MARK, "FR 063449071", "3449071"),
        ("INPI", MARK, "06/3.449.071", "3449071"),
        ("INPI", MARK, "3449071A", "3449071"),
        ("INPI", MARK, "1 678 901", "1678901"),
        ("INPI", MARK, "92 430 563", "92430563"),
        ("INPI", MARK, "FR95571234", "95571234"),
        ("INPI", MARK, "fr500000004123456", "4123456"),
        ("INPI", MARK, "FR500000092430563", "92430563"),
        ("EUIPO", MARK, "018123456", "018123456"),
        ("EUIPO", MARK, "000123456", "000123456"),
        ("EUIPO", MARK, "EUTM 018 123 456", "018123456"),
        ("EUIPO", MARK, "EM500000018123456", "018123456"),
        ("WIPO", MARK, "532401A", "532401A"),
        ("WIPO", MARK, "IR 1 234 567", "1234567"),
        ("WIPO", MARK, "WO500000001234567", "1234567"),
        ("WIPO", MARK, "1234567 FR", "1234567"),
        ("WIPO", MARK, "1234567 (CN, EM)", "1234567"),
        ("INPI", DESIGN, "20201234-001", "20201234-001"),
        ("INPI", DESIGN, "FR 2020 1234", "20201234"),
        ("INPI", DESIGN, "961234", "961234"),
        ("EUIPO", DESIGN, "008123456-0001", "008123456-0001"),
        ("EUIPO", DESIGN, "RCD 008123456 0001", "008123456-0001"),
        ("EUIPO", DESIGN, "EM700000008123456-0001", "008123456-0001"),
        ("WIPO", DESIGN, "DM/210123", "DM/210123"),
        ("WIPO", DESIGN, "DM/083 456-2", "DM/083456-2"),
        ("INPI", PATENT, "FR 2 912 345", "FR2912345"),
        ("INPI", PATENT, "FR3012345B1", "FR3012345"),
        ("EPO", PATENT, "EP 1 234 567 B1", "EP1234567"),
        ("EPO", PATENT, "1234567", "EP1234567"),
        ("EPO", PATENT, "EP4012345C0", "EP4012345"),
        ("eAmbrosia", GI, "PDO-FR-02115", "PDO-FR-02115"),
        ("eAmbrosia", GI, "pgi-it-a1234", "PGI-IT-A1234"),
        ("eAmbrosia", GI, "EUGI00000013155", "EUGI00000013155"),
        ("INPI", GI, "INPI-1601", "INPI-1601"),
        ("INPI", GI, "IG 1601", "INPI-1601"),
    ],
)
def test_a_number_is_written_as_its_register_does(register, kind, typed, canonical):
    assert parse_right_number(register, kind, typed)[:2] == (canonical, register)


@pytest.mark.parametrize(
    ("register", "kind", "typed", "said"),
    [
        ("INPI", MARK, "018123456", "EUIPO"),
        ("INPI", MARK, "18123456", "EUIPO"),
        ("INPI", MARK, "EM500000018123456", "EUIPO"),
        ("INPI", MARK, "532401A", "WIPO"),
        ("EUIPO", MARK, "06 3449071", "INPI"),
        ("EUIPO", MARK, "FR500000004123456", "INPI"),
        ("EUIPO", MARK, "532401A", "WIPO"),
        ("WIPO", MARK, "018123456", "EUIPO"),
        ("WIPO", MARK, "92 430 563", "INPI"),
        ("EUIPO", DESIGN, "DM/210123", "WIPO"),
        ("WIPO", DESIGN, "008123456-0001", "EUIPO"),
        ("EPO", PATENT, "FR3012345", "INPI"),
        ("INPI", PATENT, "EP1234567B1", "EPO"),
        ("INPI", GI, "PDO-FR-02115", "eAmbrosia"),
    ],
)
def test_a_number_of_another_register_is_refused_with_its_name(register, kind, typed, said):
    with pytest.raises(InvalidInput, match=f"shape of .*{said}"):
        parse_right_number(register, kind, typed)


@pytest.mark.parametrize(
    ("register", "kind", "typed", "said"),
    [
        ("EUIPO", MARK, "UK00918123456", "UK009"),
        ("EUIPO", MARK, "UK009 18 123 456", "UK009"),
        ("INPI", MARK, "GB00918123456", "UK009"),
        ("EUIPO", MARK, "UK00003123456", "British right"),
        ("INPI", PATENT, "US 10,123,456 B2", "United States"),
        ("EPO", PATENT, "WO 2018/123456", "international application"),
        ("EPO", PATENT, "PCT/EP2018/061234", "international application"),
        ("WIPO", MARK, "1234567 US, CN", "names CN, US"),
        ("EUIPO", MARK, "008123456-0001", "another kind of right"),
        ("INPI", MARK, "EP1234567B1", "another kind of right"),
        ("INPI", MARK, "Kervanec", "write it as 4123456"),
        ("EUIPO", MARK, "0181234567", "write it as 018123456"),
        ("EPO", PATENT, "EP12345678", "write it as EP1234567"),
        ("INPI", MARK, "", "empty"),
        ("INPI", MARK, "4123\u202e456", "invisible"),
        ("INPI", MARK, "4" * 61, "at most"),
        ("EPO", MARK, "4123456", "Choose the register"),
        ("", MARK, "4123456", "Choose the register"),
        ("", "copyright", "4123456", "no number"),
    ],
)
def test_what_is_no_number_is_refused_with_what_to_change(register, kind, typed, said):
    with pytest.raises(InvalidInput, match=said):
        parse_right_number(register, kind, typed)


def test_copyright_has_no_number_and_no_register():
    assert parse_right_number("INPI", "copyright", " ") == ("", "", None)
    assert REGISTERS[RightKind.COPYRIGHT] == ()


@pytest.mark.parametrize(
    ("register", "kind", "typed", "noted"),
    [
        ("WIPO", MARK, "1234567", "designates"),
        ("WIPO", DESIGN, "DM/210123", "designates"),
        ("EUIPO", MARK, "18123456", "zeros"),
        ("EUIPO", DESIGN, "008123456", "every design"),
        ("EPO", PATENT, "EP1234567A1", "application"),
        ("INPI", PATENT, "FR3012345A3", "application"),
    ],
)
def test_what_the_shape_cannot_tell_is_noted(register, kind, typed, noted):
    note = parse_right_number(register, kind, typed).note
    assert note is not None
    assert noted in note.msgid


def test_a_designation_that_was_given_needs_no_note():
    assert parse_right_number("WIPO", MARK, "1234567 FR").note is None


def test_an_international_right_must_hold_here():
    for territories in (["FR"], ["US", "em"], []):
        check_territories("WIPO", territories)
    check_territories("INPI", ["CH"])
    with pytest.raises(InvalidInput, match="names CN, US"):
        check_territories("WIPO", ["US", "CN"])
