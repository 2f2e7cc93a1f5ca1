"""Registration numbers as company extracts print them."""

import pytest

from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.register_number import (
    RegisterKind,
    fold_town,
    parse_register_number,
)

SIREN = "404833048"


@pytest.mark.parametrize(
    ("raw", "town"),
    [
        ("404 833 048 R.C.S. Paris", "Paris"),
        ("RCS PARIS 404833048", "Paris"),
        ("404833048 R C S Paris", "Paris"),
        ("404 833 048 00015 RCS Paris", "Paris"),
        ("Paris B 404 833 048", "Paris"),
        ("RCS Bourg-en-Bresse A 404 833 048", "Bourg-en-Bresse"),
        ("RCS BOURG-EN-BRESSE 404 833 048", "Bourg-en-Bresse"),
        ("R.C.S. LES SABLES-D'OLONNE 404 833 048", "Les Sables-d'Olonne"),
        ("404833048 RCS Lille Métropole", "Lille Métropole"),
        ("RCS du Mans 404 833 048", "Le Mans"),
        ("RCS des Sables-d'Olonne 404 833 048", "Les Sables-d'Olonne"),
        ("RCS de La Rochelle B 404.833.048", "La Rochelle"),
        ("404 833 048 RCS d’Angers", "Angers"),
        ("Greffe de Nantes, RCS n° 404 833 048", "Nantes"),
        ("B 404 833 048 (2003B01234) RCS VILLEFRANCHE-TARARE", "Villefranche-Tarare"),
        ("404 833 048 R.C.S. Nantes - N° de gestion 1995 B 01234", "Nantes"),
        ("immatriculée au RCS de PARIS sous le numéro 404 833 048", "Paris"),
        (
            "Immatriculation au registre du commerce et des sociétés : 404 833 048 R.C.S. Bobigny",
            "Bobigny",
        ),
    ],
)
def test_register_of_commerce_is_read(raw, town):
    found = parse_register_number(raw, siren=SIREN)
    assert (found.kind, found.town, found.siren) == (RegisterKind.RCS, town, SIREN)


def test_register_of_crafts_names_a_department_or_a_town():
    assert parse_register_number("RM 33 404833048").town == "33"
    assert parse_register_number("404 833 048 RM 2a").town == "2A"
    assert parse_register_number("404 833 048 R.M. Colmar").kind is RegisterKind.RM


def test_national_register_has_no_town():
    found = parse_register_number("404 833 048 RNE")
    assert (found.kind, found.town) == (RegisterKind.RNE, None)


def test_what_is_not_printed_is_taken_from_the_form():
    found = parse_register_number("404833048", kind="rcs", town="SAINT-BRIEUC")
    assert (found.kind, found.town) == (RegisterKind.RCS, "Saint-Brieuc")


def test_same_town_written_otherwise_is_no_contradiction():
    assert parse_register_number("RCS ST ETIENNE 404833048", town="Saint-Étienne").siren == SIREN
    assert fold_town("Ste-Anne") == "sainte anne"


@pytest.mark.parametrize(
    ("raw", "more", "why"),
    [
        ("", {}, "empty"),
        ("hello", {}, "as on the company extract"),
        ("404 833 047 R.C.S. Paris", {}, "check digit"),
        ("404 833 048 R.C.S. Paris", {"siren": "552081317"}, "SIREN 404833048"),
        ("404 833 048 R.C.S. Paris", {"kind": "RM"}, "register RCS, but RM"),
        ("404 833 048 R.C.S. Paris", {"town": "Lyon"}, "register of Paris, but Lyon"),
        ("404 833 048", {}, "which register"),
        ("404 833 048", {"kind": "HRB"}, "which register"),
        ("404 833 048 RCS", {}, "Add the town"),
        ("RCS 1234 404833048", {}, "not the name of a town"),
        ("RCS <b>Paris</b> 404833048", {}, "not the name of a town"),
        ("404 833 048 R.C.S. Paris\0", {}, "invisible"),
        ("4" * 10_000, {}, "at most"),
    ],
)
def test_register_number_is_refused(raw, more, why):
    with pytest.raises(InvalidInput, match=why):
        parse_register_number(raw, **more)
