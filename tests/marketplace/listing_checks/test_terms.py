"""Forbidden words and delivery costs: whole words in a row, quoted where they stand."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.core.checks import Outcome
from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.listing_checks.passages import Passage
from backoffice.marketplace.listing_checks.phrases import PhraseIndex, parse_phrases
from backoffice.marketplace.listing_rule import ListingRule
from tests.factories.listing_facts import facts, look


def rule(pattern: str, **changes):
    values = {"code": "r", "kind": "term", "outcome": "fail", "categories": [], "why": "CGV"}
    return ListingRule(pattern=pattern, **values | changes)


def finds(pattern: str, words: str) -> bool:
    return bool(PhraseIndex([rule(pattern)]).find(Passage("title", words).words))


@pytest.mark.parametrize(
    ("pattern", "words", "is_found"),
    [
        ("tabac", "Pot à TABAC ancien", True),
        ("tabac", "tabacologie", False),
        ("tabac*", "tabacologie", True),
        ("réplique exacte", "une Réplique  exacte, neuve", True),
        ("réplique exacte", "exacte réplique", False),
        ("œuf*", "OEUFS frais", True),
        ("frais d’envoi en sus", "Frais d'envoi en sus.", True),
        ("livraison # €", "Livraison : 4,90 €", True),
        ("livraison # €", "Livraison : 0,00 €", False),
        ("livraison # €", "livraison 24 h", False),
        ("a ; bcd", "bcd", True),
        ("cig* russe*", "Cigarettes russes", True),
    ],
)
def test_phrases_are_words_in_a_row(pattern, words, is_found):
    assert finds(pattern, words) is is_found


@pytest.mark.parametrize("pattern", ["", " ; ", "a*", "ab*", "# euros", "a|b", "100 %", "^x$"])
def test_a_pattern_that_cannot_be_looked_for_says_so(pattern):
    with pytest.raises(InvalidInput):
        parse_phrases(pattern)


@given(st.text(max_size=200))
def test_no_pattern_is_read_as_something_it_cannot_find(pattern):
    try:
        phrases = parse_phrases(pattern)
    except InvalidInput:
        return
    assert all(phrases)


@given(st.text(max_size=120), st.integers(0, 30))
def test_what_is_quoted_stands_in_the_text(raw, place):
    passage = Passage("description", raw)
    if place < len(passage.words):
        assert passage.written(place, place) in raw
        assert passage.written(place, place)
        assert passage.quoted(place, place).values["number"] == place + 1


def test_no_text_makes_the_search_slow():
    index = PhraseIndex([rule("aaa aaa aaa aab*")])
    words = Passage("description", "aaa " * 5000).words
    start = time.process_time()
    assert index.find(words) == []
    assert time.process_time() - start < 0.5


def test_a_forbidden_word_is_quoted_with_its_rule():
    (found,) = look("terms", description="Boîte en bois. Réplique exacte d’un modèle connu, neuve.")
    assert found.outcome == Outcome.FAIL
    assert found.headline.values == {"words": "Réplique exacte"}
    quote = found.proof[0].values
    assert (quote["field"]["msgid"], quote["number"]) == ("Description", 4)
    assert "Réplique exacte d’un modèle" in quote["quote"]
    assert "L716-9" in found.proof[-2].values["why"]
    assert set(found.facts["fields"]) == {"description"}
    assert found.facts["rule"] == "counterfeit"


def test_words_that_fit_several_phrases_are_quoted_once():
    known = facts(rules=[rule("cigarette* ; cigare*")])
    (found,) = look("terms", known, title="Cigarettes russes")
    assert len(found.proof) == 2  # the words, the rule


def test_words_are_found_in_characteristics_too():
    (found,) = look("terms", attributes={"material": "ivoire véritable"})
    assert set(found.facts["fields"]) == {"attributes.material"}


def test_a_rule_holds_in_its_categories_and_below():
    known = facts(rules=[rule("bol", categories=["maison/cuisine"])])
    assert look("terms", known)[0].outcome == Outcome.FAIL
    assert look("terms", known, category="maison/linge")[0].outcome == Outcome.PASS
    known = facts(rules=[rule("bol", categories=["maison/cuis"])])
    assert look("terms", known)[0].outcome == Outcome.PASS


def test_what_fails_is_said_before_what_is_to_be_looked_at():
    known = facts(rules=[rule("bol", outcome="warn", code="w"), rule("grès", code="f")])
    (found,) = look("terms", known)
    assert found.outcome == Outcome.FAIL
    assert found.facts["rule"] == "f"


ASKED = [
    "Frais de port en sus.",
    "Prix hors frais de livraison",
    "FRAIS D'ENVOI À LA CHARGE DE L'ACHETEUR",
    "Prévoir frais de port supplémentaires pour la Corse",
    "Port en plus selon le poids",
    "frais de port 4,90 €",
    "Livraison : 12 euros",
    "Shipping not included",
    "Delivery charges apply",
    "Price excludes VAT, plus shipping",
    "Postage extra",
]
NOT_ASKED = [
    "Frais de port inclus.",
    "Frais de port offerts, livraison en 48 h.",
    "Sans frais de port supplémentaires",
    "Pas de frais de livraison en plus",
    "Aucun supplément de livraison",
    "Frais de port 0 €",
    "No extra delivery cost",
    "Free shipping",
    "Port du casque obligatoire",
    "Deux ports USB en plus",
    "Livraison en 3 jours",
    "Une table sans tiroir.",
]


@pytest.mark.parametrize("words", ASKED)
def test_a_delivery_cost_is_found(words):
    (found,) = look("delivery_cost", description=f"Bol tourné à la main. {words}")
    assert found.outcome in (Outcome.FAIL, Outcome.WARN)
    assert "description" in found.facts["fields"]


@pytest.mark.parametrize("words", NOT_ASKED)
def test_no_delivery_cost_is_seen_where_none_is_asked(words):
    (found,) = look("delivery_cost", description=f"Bol tourné à la main. {words}")
    assert found.outcome == Outcome.PASS


def test_a_negation_of_another_sentence_excuses_nothing():
    (found,) = look("delivery_cost", description="Livré sans notice. Frais de port en sus.")
    assert found.outcome == Outcome.FAIL
