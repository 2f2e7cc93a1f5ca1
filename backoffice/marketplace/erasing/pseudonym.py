"""A party's pseudonym: a keyed hash, and a key that can be destroyed so that none is made again."""

import hmac
import secrets
from base64 import b32encode
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.party import Party
from backoffice.core.secrets import encrypt
from backoffice.marketplace.erasing.model import PseudonymKey

LENGTH = 10  # characters of base32: 50 bits


def pseudonym_of(session: Session, party: Party) -> PseudonymKey:
    """Return the party's pseudonym, made at the first call under a key of its own."""
    if (known := known_pseudonym(session, party)) is not None:
        return known
    key = secrets.token_hex(32)
    digest = hmac.digest(key.encode(), party.ref.encode(), "sha256")
    name = f"{party.kind}-{b32encode(digest).decode().lower()[:LENGTH]}"
    row = PseudonymKey(
        party_kind=party.kind, party_id=party.id, pseudonym=name, key_encrypted=encrypt(key)
    )
    session.add(row)
    session.flush()
    return row


def known_pseudonym(session: Session, party: Party) -> PseudonymKey | None:
    """Return the pseudonym of a party that was erased."""
    return session.scalars(
        select(PseudonymKey).where(
            PseudonymKey.party_kind == party.kind, PseudonymKey.party_id == party.id
        )
    ).first()


def destroy_key(row: PseudonymKey, at: datetime) -> None:
    """Forget the key: from now on nobody can tell whose pseudonym it was."""
    row.key_encrypted, row.destroyed_at = None, row.destroyed_at or at
