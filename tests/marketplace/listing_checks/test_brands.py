"""Protected brands: names in whole, in disguise, nearly; never a part of another word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.core.checks import Outcome
from backoffice.marketplace.listing_checks.brands import BrandIndex
from backoffice.marketplace.listing_checks.passages import Passage
from tests.factories.listing_facts import brand, facts, look

BRANDS = [brand("Kervanec"), brand("Pom"), brand("Maison Hélion"), brand("Tornevia", "shop-1")]
KNOWN = facts(brands=BRANDS)


@pytest.mark.parametrize(
    ("title", "outcome"),
    [
        ("Bouilloire col de cygne, style Kervanec", Outcome.FAIL),
        ("Bouilloire KERVANEC", Outcome.FAIL),
        ("Bouilloire kervanec", Outcome.WARN),  # as a common word
        ("Bouilloire Kervanek", Outcome.WARN),  # close
        ("Bouilloire Ker-va-nec", Outcome.FAIL),  # in disguise
        ("Bouilloire K e r v a n e c", Outcome.FAIL),
        ("Bouilloire K3rvan3c", Outcome.FAIL),
        ("Bouilloire Kеrvanec", Outcome.FAIL),  # with a Cyrillic e
        ("Filtre compatible avec les Kervanec", Outcome.WARN),
        ("Filtre pour Kervanec 12", Outcome.WARN),
        ("Bague Maison Helion or", Outcome.FAIL),
        ("Bague MaisonHélion or", Outcome.FAIL),
        ("Bague maison en or, Hélion", Outcome.PASS),
        ("Compote de pomme", Outcome.PASS),
        ("Pommes et pommiers", Outcome.PASS),
        ("Pompon en laine", Outcome.PASS),
        ("Pom'Potes abricot", Outcome.WARN),  # part of a longer name
        ("Jeu Pom", Outcome.FAIL),
        ("Jeu Pam", Outcome.PASS),  # short names must be exact
        ("L’univers d’Kervanec", Outcome.FAIL),
        ("Sac Tornevia", Outcome.PASS),  # authorised
        ("Bol en grès", Outcome.PASS),
    ],
)
def test_a_title_is_judged(title, outcome):
    assert look("brand", KNOWN, title=title)[0].outcome == outcome


def test_the_proof_names_place_owner_and_register_number():
    (found,) = look("brand", KNOWN, title="Bouilloire col de cygne, 1 L, acier, style Kervanec")
    assert found.headline.values == {"brand": "Kervanec"}
    place, owner, register, classes, _ = found.proof
    quoted = place.values["quoted"]["values"]
    assert (quoted["field"]["msgid"], quoted["number"]) == ("Title", 9)
    assert owner.values == {"owner": "Kervanec SA"}
    assert register.values == {"register": "INPI", "number": "4012345"}
    assert classes.values == {"classes": "21, 25"}
    assert set(found.facts["fields"]) == {"title"}


def test_the_brand_field_weighs_as_the_title_and_the_description_less():
    assert look("brand", KNOWN, brand="kervanec")[0].outcome == Outcome.FAIL
    (found,) = look("brand", KNOWN, description="Nos bols valent ceux de Kervanec.")
    assert found.outcome == Outcome.WARN
    assert look("brand", KNOWN, description="Un bol kervanek.")[0].outcome == Outcome.PASS


def test_an_authorised_seller_passes_and_others_do_not():
    assert look("brand", KNOWN, title="Sac Tornevia")[0].outcome == Outcome.PASS
    others = facts(brands=BRANDS, sellers={1: "shop-2"})
    assert look("brand", others, title="Sac Tornevia")[0].outcome == Outcome.FAIL


def test_each_brand_is_told_once_as_a_part_of_its_own():
    found = look("brand", KNOWN, title="Kervanec", brand="Kervanec", description="Pom et Kervanec")
    assert [(one.part, one.outcome) for one in found] == [
        ("kervanec", Outcome.FAIL), ("pom", Outcome.WARN)
    ]  # fmt: skip


def test_without_a_rule_nothing_close_is_told():
    bare = facts(brands=BRANDS, rules=[])
    assert look("brand", bare, title="Bouilloire Kervanek")[0].outcome == Outcome.PASS
    assert look("brand", bare, title="Bouilloire Kervanec")[0].outcome == Outcome.FAIL


@given(st.text(min_size=1, max_size=30))
def test_a_brand_inside_a_longer_word_is_never_found(extra):
    word = f"{extra}kervanec{extra}".replace(" ", "")
    if not word.isascii() or not word.isalpha():
        return
    assert BrandIndex(BRANDS).find(Passage("title", word), percent_min=None) == []


@given(st.text(max_size=80))
def test_every_hit_can_be_quoted(raw):
    passage = Passage("title", f"{raw} ker-vanec {raw}")
    for hit in BrandIndex(BRANDS).find(passage, percent_min=75):
        assert passage.written(hit.first, hit.last)
