import pytest
from argon2 import PasswordHasher
from pydantic import ValidationError

from backoffice.staff import passwords
from config.settings import Settings

GOOD = "le thym pousse au soleil"


class TestMatches:
    def test_the_password_and_nothing_else(self):
        kept = passwords.hash_password(GOOD)
        assert kept.startswith("$argon2id$")
        assert passwords.matches(kept, GOOD)
        assert not passwords.matches(kept, GOOD + " ")

    def test_two_keyboards_type_the_same_accent(self):
        kept = passwords.hash_password("caf\N{LATIN SMALL LETTER E WITH ACUTE} du matin")
        assert passwords.matches(kept, "cafe\N{COMBINING ACUTE ACCENT} du matin")

    def test_no_hash_costs_one_comparison_and_is_no(self, monkeypatch):
        compared = []
        verify = passwords.PasswordHasher.verify
        monkeypatch.setattr(
            passwords.PasswordHasher,
            "verify",
            lambda self, kept, typed: compared.append(kept) or verify(self, kept, typed),
        )
        assert not passwords.matches(None, "nobody's password")
        assert len(compared) == 1

    def test_a_thousand_characters_are_not_even_compared(self, monkeypatch):
        monkeypatch.setattr(passwords.PasswordHasher, "verify", lambda *_: pytest.fail("compared"))
        assert not passwords.matches(None, "x" * 1000)

    def test_what_is_no_hash_matches_nothing(self):
        assert not passwords.matches("!", GOOD)


class TestProblemWith:
    @pytest.mark.parametrize("password", [GOOD, "correct horse battery", "é" * 0 + "aZ9!x" * 25])
    def test_good_ones(self, password):
        assert passwords.problem_with(password, "ines@marjolaine.example") is None

    @pytest.mark.parametrize(
        ("password", "word"),
        [
            ("onze lettre", "12"),
            ("a b c d e f " * 30, "256"),
            ("Ines@Marjolaine.example", "e-mail"),
            ("Password1234", "attacker"),
            ("Marjolaine2026", "attacker"),
            ("motdepasse!!!!", "attacker"),
            ("1234567890123", "attacker"),
            ("aaaabbbbaaaabbbb", "attacker"),
        ],
    )
    def test_refused_ones(self, password, word):
        assert word in passwords.problem_with(password, "ines@marjolaine.example")


def test_cheap_hashes_are_refused_in_production_alone():
    with pytest.raises(ValidationError, match="PASSWORD_MEMORY_KIB is 1024"):
        Settings(environment="production", password_memory_kib=1024)
    Settings(environment="test", password_memory_kib=1024)
    assert Settings().password_memory_kib == PasswordHasher().memory_cost  # RFC 9106's own
