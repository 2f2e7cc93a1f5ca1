"""A value is found however it is written, by PostgreSQL in JSON as by Python in text."""

import json

import pytest
from sqlalchemy import text

from backoffice.marketplace.erasing.pattern import finder

NAME = 'L’Œuvre d’Élise "Zorva" & Fils'
FOUND = [
    (NAME, NAME),
    (NAME, NAME.upper()),
    (NAME, "Bonjour,\nL'Oeuvre d'Elise \"Zorva\" & Fils"),
    (NAME, "L&#39;Œuvre\u00a0d’Élise &quot;Zorva&quot; &amp;\nFils"),
    ("Élise Zorva", "E\u0301lise  ZORVA"),
    ("Jean-Noël Řezáč", "jean noel rezac"),
    ("A\\B Associés", "chez A\\B associes."),
    ("élise@zorva.example", "ÉLISE@zorva.example"),
    ("elise@zorva.example", "/?to=elise%40zorva.example&x=1"),
    ("443061841", "SIREN 443.061.841"),
    ("443061841", "RCS Paris 443\u202f061\u202f841"),
    ("443061841", "FR83443061841 et 44306184100047"),
    ("+33198000001", "+33 (1) 98-00-00-01"),
    ("FR7630006000011234567890189", "fr76 3000 6000 0112 3456 7890 189"),
    ("12 rue des Lilas", "12 Rue\u00a0des  lilas"),
]
APART = [
    ("Élise Zorva", "Élise Zorvaquil"),
    ("elise@zorva.example", "marie-elise@zorva.example"),
    ("boutique-12", "boutique-123"),
]


def in_json(session, wide: str, words: str) -> bool:
    """Tell whether PostgreSQL finds it in JSON as the database writes it."""
    query = text("select cast(cast(:said as jsonb) as text) ~* :wide")
    return session.scalar(query, {"said": json.dumps({"a": [words]}), "wide": wide})


@pytest.mark.parametrize(("value", "words"), FOUND)
def test_it_is_found(session, value, words):
    found = finder([value])
    assert found
    assert found.exact.search(words)
    assert in_json(session, found.wide, words)


@pytest.mark.parametrize(("value", "words"), APART)
def test_another_is_left_alone(value, words):
    found = finder([value])
    assert found
    assert not found.exact.search(words)


def test_a_reference_is_not_found_in_a_longer_one():
    found = finder([], ["boutique-12"])
    assert found
    assert found.exact.sub("x", "boutique-12, boutique-12-b, ma-boutique-12") == (
        "x, boutique-12-b, ma-boutique-12"
    )


def test_nothing_to_find_is_nothing():
    assert finder([""]) is None
