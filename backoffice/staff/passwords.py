"""Passwords: argon2id hashes and the rules of NIST SP 800-63B (length over composition)."""

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from backoffice.core.text import N_
from backoffice.staff.model import Staff
from config.settings import get_settings

LENGTH_MIN = 12
LENGTH_MAX = 256  # a bound on what one request makes argon2 read

# Leaked lists hold these with digits and signs around them, so only their letters are compared.
_COMMON_WORDS = {
    "abcdefghijkl",
    "admin",
    "adminadmin",
    "administrateur",
    "administrator",
    "azerty",
    "azertyuiop",
    "azertyuiopqs",
    "backoffice",
    "bienvenue",
    "bonjour",
    "changeme",
    "demo",
    "doudou",
    "football",
    "iloveyou",
    "jetaime",
    "letmein",
    "loulou",
    "marseille",
    "monkey",
    "motdepasse",
    "motdepassemotdepasse",
    "password",
    "passwordpassword",
    "princess",
    "qazwsxedc",
    "qwerty",
    "qwertyuiop",
    "qwertyuiopas",
    "soleil",
    "sunshine",
    "test",
    "trustno",
    "welcome",
}
_COMMON_DIGITS = ("01234567890123456789", "98765432109876543210", "112233445566778899")


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher(memory_cost=get_settings().password_memory_kib)


def hash_password(password: str) -> str:
    """Return the argon2id hash to keep."""
    return _hasher().hash(_normal(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Compare a typed password with a hash; without one the same work is done and it is no."""
    if len(password) > LENGTH_MAX:
        return False
    try:
        _hasher().verify(password_hash or _dummy_hash(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def rehash_if_old(staff: Staff, password: str) -> None:
    """Renew a hash made with weaker parameters than today's; the password is known to match."""
    if staff.password_hash and _hasher().check_needs_rehash(staff.password_hash):
        staff.password_hash = hash_password(password)


def problem_with(password: str, email: str) -> str | None:
    """Return why this password is refused (a msgid), or None when it is good."""
    if len(password) < LENGTH_MIN:
        return N_("Use at least 12 characters; a few words make a good password.")
    if len(password) > LENGTH_MAX:
        return N_("Use at most 256 characters.")
    plain, email = _normal(password).casefold(), email.casefold()
    if plain in {email, email.partition("@")[0]}:
        return N_("Choose something other than your e-mail address.")
    if _is_common(plain):
        return N_("This password is among the first ones an attacker tries. Choose another.")
    return None


def _is_common(plain: str) -> bool:
    letters = "".join(filter(str.isalpha, plain))
    return (
        len(set(plain)) < 5
        or letters in _COMMON_WORDS
        or letters == get_settings().brand.casefold()
        or any(plain in digits for digits in _COMMON_DIGITS)
    )


@lru_cache(maxsize=1)
def _dummy_hash() -> str:
    """Return a hash of today's parameters that is nobody's."""
    return _hasher().hash("nobody's password")


def _normal(password: str) -> str:
    """Return one form for what two keyboards type differently (SP 800-63B 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
