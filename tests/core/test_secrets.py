import pytest
from cryptography.fernet import InvalidToken
from pydantic import SecretStr

from backoffice.core import secrets


class TestEncrypt:
    def test_there_and_back(self):
        assert secrets.decrypt(secrets.encrypt("FR76 é 🔑")) == "FR76 é 🔑"

    def test_equal_texts_do_not_look_equal(self):
        assert secrets.encrypt("a") != secrets.encrypt("a")

    def test_an_altered_one_is_refused(self):
        altered = bytearray(secrets.encrypt("a"))
        altered[-4] ^= 1
        with pytest.raises(InvalidToken):
            secrets.decrypt(bytes(altered))


class TestFingerprint:
    def test_compares_within_one_purpose(self):
        assert secrets.fingerprint("x", "iban") == secrets.fingerprint("x", "iban")
        assert secrets.fingerprint("x", "iban") != secrets.fingerprint("x", "sign-in")
        assert secrets.fingerprint("x", "iban") != secrets.fingerprint("y", "iban")

    def test_is_hexadecimal(self):
        assert len(bytes.fromhex(secrets.fingerprint("x", "iban"))) == 32


class TestToken:
    def test_names_its_row(self):
        assert secrets.read_token("reset", secrets.token("reset", 17)) == 17

    def test_is_the_same_each_time(self):
        assert secrets.token("reset", 17) == secrets.token("reset", 17)

    def test_is_of_one_purpose(self):
        assert secrets.read_token("invitation", secrets.token("reset", 17)) is None

    @pytest.mark.parametrize(
        "text", ["", "17", "17-", "-", "x-y", "-17-y", "²-y", "17-é", "9" * 30 + "-y", "1\0-y"]
    )
    def test_nonsense_names_none(self, text):
        assert secrets.read_token("reset", text) is None

    def test_an_altered_one_names_none(self):
        _, _, signature = secrets.token("reset", 17).partition("-")
        assert secrets.read_token("reset", f"18-{signature}") is None
        assert secrets.read_token("reset", f"17-{signature[:-1]}") is None


@pytest.mark.parametrize("name", ["secret_key", "encryption_key", "fingerprint_key"])
def test_nothing_is_done_under_an_empty_key(settings, monkeypatch, name):
    empty = settings.model_copy(update={name: SecretStr("")})
    monkeypatch.setattr(secrets, "get_settings", lambda: empty)
    with pytest.raises(RuntimeError, match=name.upper()):
        secrets.token("reset", 1), secrets.encrypt("a"), secrets.subkey("audit")


def test_keys_that_keep_do_not_depend_on_the_one_that_signs(settings, monkeypatch):
    kept, sealed = secrets.fingerprint("x", "iban"), secrets.encrypt("x")
    changed = settings.model_copy(update={"secret_key": SecretStr("another")})
    monkeypatch.setattr(secrets, "get_settings", lambda: changed)
    assert secrets.fingerprint("x", "iban") == kept
    assert secrets.decrypt(sealed) == "x"
