"""Legal forms: codes, the words people use, and which are one kind."""

import pytest

from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.legal_forms import (
    _WORDS,
    LABELS,
    legal_form_label,
    parse_legal_form,
    same_legal_form,
)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("5710", "5710"),
        ("SAS", "5710"),
        ("s.a.r.l.", "5499"),
        ("Société à responsabilité limitée", "5499"),
        ("Auto-entrepreneur", "1000"),
        ("EURL", "5498"),
    ],
)
def test_legal_form_is_read(raw, code):
    assert parse_legal_form(raw) == code


@pytest.mark.parametrize("raw", ["9999", "GmbH", "", "\0", "x" * 10_000])
def test_legal_form_is_refused(raw):
    with pytest.raises(InvalidInput):
        parse_legal_form(raw)


def test_every_word_has_a_label():
    assert set(_WORDS.values()) <= set(LABELS)
    assert not any("&" in label or label != label.strip() for label in LABELS.values())


def test_label_of_an_unknown_code_is_the_code():
    assert legal_form_label("5710") == "SAS, société par actions simplifiée"
    assert legal_form_label("1234") == "1234"


def test_one_kind_of_company_has_several_codes():
    assert same_legal_form("5498", "5499")
    assert same_legal_form("5599", "5699")
    assert not same_legal_form("5710", "5499")
