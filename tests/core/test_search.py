"""Finding: folded words, identifiers by prefix, whatever was typed."""

import pytest

from backoffice.core import search
from backoffice.core.queue import subject_of


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Évènement", "evenement"),
        ("CŒUR", "coeur"),
        ("ﬁn\0", "fin"),
        ("straße", "strasse"),
        ("ÆON", "aeon"),
    ],
)
def test_fold_is_blind_to_case_accents_and_ligatures(typed, folded):
    assert search.fold(typed) == folded


def found(session, typed):
    return set(session.scalars(search.search(typed, ["registrations"])))


def test_a_case_is_found_by_every_identifier_and_its_prefix(session, case):
    registration = subject_of(session, case)
    siren = registration.siren
    for typed in (
        case.reference, case.reference.lower(), siren, siren[:6], f"{siren[:3]} {siren[3:6]}",
        registration.siret, registration.seller.external_id,
    ):  # fmt: skip
        assert case in found(session, typed), typed


def test_words_are_found_in_any_order_by_their_beginnings(session, case):
    number = subject_of(session, case).legal_name.split()[1]
    assert case in found(session, f"{number} ATÉL")
    assert case not in found(session, "atelier introuvable")


@pytest.mark.parametrize(
    "typed", ["", "  ", "!!", "a' or 1=1 --", "%", "\0", "🦔", "& | ! :*", "\\"]
)
def test_odd_input_finds_nothing_and_breaks_nothing(session, case, typed):
    assert case not in found(session, typed)


def test_another_queue_is_not_searched(session, case):
    assert not session.scalars(search.search(case.reference, ["appeals"])).all()
