"""Keys and what is done with them: encryption, fingerprints, signed links.

`encryption_key` and `fingerprint_key` protect what is kept, so they outlive a change of
`secret_key`, which ends every session and every link that was sent.
"""

import hmac
from base64 import b32encode, urlsafe_b64encode

from cryptography.fernet import Fernet

from config.settings import get_settings


def encrypt(text: str) -> bytes:
    """Return the text as a Fernet token that only `decrypt` reads."""
    return _fernet().encrypt(text.encode())


def decrypt(encrypted: bytes) -> str:
    """Return the text behind a token of `encrypt`; raises InvalidToken when it was altered."""
    return _fernet().decrypt(encrypted).decode()


def subkey(purpose: str) -> bytes:
    """Return a 32-byte key for one purpose, to sign what is kept."""
    return _mac(_key("fingerprint_key"), "subkey", purpose)


def fingerprint(value: str, purpose: str) -> str:
    """Return a keyed digest (hex): equal values compare equal, and none can be guessed offline."""
    return _mac(subkey(purpose), value).hex()


def sign(purpose: str, row_id: int) -> str:
    """Return the signature that makes a row's id a link of this purpose."""
    signature = _mac(_key("secret_key"), "link", purpose, str(row_id))
    return urlsafe_b64encode(signature).decode().rstrip("=")


def verify(purpose: str, row_id: int, signature: str) -> bool:
    """Tell, in constant time, whether `sign` made this signature."""
    return hmac.compare_digest(sign(purpose, row_id).encode(), signature.encode())


def short_sign(purpose: str, value: str) -> str:
    """Return 80 bits of signature as 16 small letters and digits, for what loses its capitals."""
    signature = _mac(_key("secret_key"), "short", purpose, value)
    return b32encode(signature[:10]).decode().lower()


def short_verify(purpose: str, value: str, signature: str) -> bool:
    """Tell, in constant time, whether `short_sign` made this signature, in whichever letters."""
    return hmac.compare_digest(short_sign(purpose, value).encode(), signature.lower().encode())


def token(purpose: str, row_id: int) -> str:
    """Return the secret part of a link: the row's id and its signature, the same at each call."""
    return f"{row_id}-{sign(purpose, row_id)}"


def read_token(purpose: str, text: str) -> int | None:
    """Return the row's id of a link made by `token`, or None when it is not one of ours."""
    digits, _, signature = text.partition("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        return None
    row_id = int(digits)
    return row_id if verify(purpose, row_id, signature) else None


def _fernet() -> Fernet:
    return Fernet(_key("encryption_key"))


def _key(name: str) -> bytes:
    """Return a key of the settings; nothing is ever signed or kept under an empty one."""
    key: str = getattr(get_settings(), name).get_secret_value()
    if not key:
        raise RuntimeError(f"{name.upper()} is not set")
    return key.encode()


def _mac(key: bytes, *parts: str) -> bytes:
    return hmac.digest(key, "\x1f".join(parts).encode(), "sha256")
