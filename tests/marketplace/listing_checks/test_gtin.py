"""The GTIN's digit and prefix, held against GS1's public list."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from backoffice.core.checks import Outcome
from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.gtin import parse_gtin, shown
from backoffice.marketplace.listing_checks.gtin import judge, prefix_policy
from config.settings import ROOT
from tests.factories.listing_facts import look

POLICY = ROOT.parent / "shared" / "data" / "gs1_prefix_policy.json"
OUTCOME = {True: {Outcome.PASS}, False: {Outcome.FAIL}, None: {Outcome.WARN}}


def numbered(payload: str) -> str:
    """Return a number with its last digit."""
    return payload + ean.calc_check_digit(payload)


def listed() -> list[tuple[str, bool | None]]:
    """Return every prefix of three digits of GS1's list, with whether it may be sold."""
    if not POLICY.exists():
        return []
    found = []
    for row in json.loads(POLICY.read_text("utf-8")):
        for part in row["prefix"].replace("/", ",").split(","):
            first, _, last = part.strip().partition("-")
            if len(first) == 3:
                span = range(int(first), int(last or first) + 1)
                found += [(f"{one:03d}", row["sellable_on_open_market"]) for one in span]
    return found


@pytest.mark.skipif(not listed(), reason=f"{POLICY} is missing: the policy is not held against it")
def test_every_prefix_is_judged_as_gs1_says():
    wrong = [one for one, may in listed() if prefix_policy(one)[0] not in OUTCOME[may]]
    assert wrong == []
    assert len(listed()) > 300


@pytest.mark.parametrize(
    ("payload", "outcome"),
    [
        ("376011116950", Outcome.PASS),
        ("978030640615", Outcome.PASS),  # a book
        ("979026000043", Outcome.PASS),  # music
        ("977123456700", Outcome.WARN),  # a periodical
        ("200000000001", Outcome.FAIL),
        ("299999999999", Outcome.FAIL),
        ("020000000001", Outcome.FAIL),
        ("040000000001", Outcome.FAIL),
        ("050000000001", Outcome.FAIL),
        ("952000000001", Outcome.FAIL),
        ("981000000001", Outcome.FAIL),
        ("999000000001", Outcome.FAIL),
        ("140000000001", Outcome.WARN),  # given by no office
        ("03600029145", Outcome.PASS),  # GTIN-12
        ("20000000001", Outcome.FAIL),  # GTIN-12, restricted
        ("3017620", Outcome.PASS),  # GTIN-8
        ("0123456", Outcome.FAIL),
        ("2123456", Outcome.FAIL),
        ("000000123456", Outcome.FAIL),  # a GTIN-8 of a company, written as a GTIN-13
        ("1376011116950", Outcome.WARN),  # a case of several
        ("9376011116950", Outcome.FAIL),  # by measure
        ("0376011116950", Outcome.PASS),
    ],
)
def test_a_number_is_judged_by_its_prefix(payload, outcome):
    gtin = parse_gtin(numbered(payload))
    assert gtin.canonical
    assert judge(gtin.entered, gtin.canonical)[0] == outcome


def test_the_right_last_digit_is_said():
    (found,) = look("gtin", gtin="3760111169505")
    assert found.outcome == Outcome.FAIL
    assert found.headline.values == {"digit": "4"}
    assert set(found.facts["fields"]) == {"gtin"}
    assert found.proof[0].values == {"value": "3760111169505"}


def test_no_gtin_and_all_zeros_are_told():
    assert look("gtin", gtin=None)[0].outcome == Outcome.WARN
    assert look("gtin", gtin="0000000000000")[0].outcome == Outcome.FAIL


def test_the_office_is_named_as_what_it_is():
    (found,) = look("gtin", gtin="3760111169504")
    assert found.outcome == Outcome.PASS
    assert found.headline.values == {"office": "GS1 France"}
    assert not found.facts


def test_the_numbers_of_variants_are_looked_at_each():
    variants = [
        {"reference": "s", "options": {"size": "S"}, "gtin": "2000000000015"},
        {"reference": "m", "options": {"size": "M"}, "gtin": "3760111169504"},
        {"reference": "l", "options": {"size": "L"}, "gtin": "3760111169505"},
    ]
    first, of_variants = look("gtin", variants=variants)
    assert first.outcome == Outcome.PASS
    assert (of_variants.part, of_variants.outcome) == ("variants", Outcome.FAIL)
    told = (of_variants.headline, *of_variants.proof)
    assert [line.values["reference"] for line in told] == ["s", "l"]


@given(st.integers(0, 10**13 - 1), st.sampled_from([7, 11, 12, 13]))
def test_every_number_with_a_right_digit_is_judged_in_every_writing(number, length):
    payload = str(number % 10**length).zfill(length)
    gtin = parse_gtin(numbered(payload))
    if gtin.canonical is None:  # all zeros
        assert not payload.strip("0")
        return
    again = parse_gtin(shown(gtin.canonical))
    assert again.canonical == gtin.canonical
    assert judge(gtin.entered, gtin.canonical) == judge(again.entered, again.canonical)


@pytest.mark.parametrize("digits", ["30891052819", "8", "1234567", "304008", "333086501668208382"])
def test_a_number_of_another_length_is_none(digits):
    with pytest.raises(InvalidInput) as refused:
        parse_gtin(digits)
    assert refused.value.text.values["count"] == len(digits)


def test_zeros_that_a_spreadsheet_took_away_are_told():
    with pytest.raises(InvalidInput, match="it is 030891052819"):
        parse_gtin("30891052819")
    with pytest.raises(InvalidInput) as refused:
        parse_gtin("30891052818")  # with zeros in front it would be none either
    assert "whole" not in refused.value.text.values
