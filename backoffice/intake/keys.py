"""API keys: made, shown once, kept as a digest, recognised in constant time.

A key reads `mk_<prefix>_<secret>`: the prefix names the row, the secret proves it.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backoffice.core.audit import record
from backoffice.core.clock import now
from backoffice.core.integration import ApiKey, Integration
from backoffice.core.permissions import Actor

MARK = "mk"
USE_NOTED_EVERY = timedelta(minutes=1)
STREAM = "settings"
_NO_DIGEST = bytes(32)


class Scope(StrEnum):
    """What a key may be allowed to do."""

    REGISTRATIONS_READ = "registrations:read"
    REGISTRATIONS_WRITE = "registrations:write"
    SELLERS_READ = "sellers:read"
    SELLERS_WRITE = "sellers:write"
    LISTINGS_READ = "listings:read"
    LISTINGS_WRITE = "listings:write"
    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    REVIEWS_READ = "reviews:read"
    REVIEWS_WRITE = "reviews:write"
    MESSAGES_READ = "messages:read"
    MESSAGES_WRITE = "messages:write"
    NOTICES_READ = "notices:read"
    NOTICES_WRITE = "notices:write"
    DISPUTES_READ = "disputes:read"
    DISPUTES_WRITE = "disputes:write"
    ERASURES_READ = "erasures:read"
    ERASURES_WRITE = "erasures:write"
    TICKETS_READ = "tickets:read"
    TICKETS_WRITE = "tickets:write"
    CASES_READ = "cases:read"
    IMPORTS_READ = "imports:read"
    IMPORTS_WRITE = "imports:write"
    MAIL_WRITE = "mail:write"


SCOPES = tuple(Scope)


def create_key(
    session: Session, integration: Integration, *, scopes: Iterable[str], actor: Actor,
    expires_at: datetime | None = None,
) -> str:  # fmt: skip
    """Make a key for an integration and return it, to be shown once."""
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = ApiKey(
        integration=integration,
        prefix=prefix,
        digest=_digest(secret),
        scopes=sorted(scopes),
        expires_at=expires_at,
    )
    session.add(key)
    record(session, stream=STREAM, verb="api_key.created", actor=actor,
           detail={"prefix": prefix, "integration": integration.name,
                   "scopes": key.scopes})  # fmt: skip
    return f"{MARK}_{prefix}_{secret}"


def integration_named(session: Session, name: str) -> Integration:
    """Return the integration of this name, added when it is new."""
    session.execute(insert(Integration).values(name=name).on_conflict_do_nothing())
    return session.scalars(select(Integration).where(Integration.name == name)).one()


def revoke_key(session: Session, prefix: str, *, actor: Actor) -> ApiKey | None:
    """End a key at once; None when there is no such key."""
    key = _by_prefix(session, prefix)
    if key and key.revoked_at is None:
        key.revoked_at = now()
        record(session, stream=STREAM, verb="api_key.revoked", actor=actor,
               detail={"prefix": prefix})  # fmt: skip
    return key


def recognised(session: Session, shown: str) -> ApiKey | None:
    """Return the key that was shown when it is ours, unexpired and not revoked."""
    mark, _, rest = shown.partition("_")
    prefix, _, secret = rest.partition("_")
    key = _by_prefix(session, prefix) if mark == MARK else None
    is_right = hmac.compare_digest(key.digest if key else _NO_DIGEST, _digest(secret))
    return key if key and is_right and _is_in_force(key) else None


def _by_prefix(session: Session, prefix: str) -> ApiKey | None:
    if not (prefix.isascii() and prefix.isalnum()):
        return None
    return session.scalars(select(ApiKey).where(ApiKey.prefix == prefix)).first()


def note_use(session: Session, key: ApiKey) -> None:
    """Write down that a key was used, at most once a minute; calls never wait for each other."""
    before = now() - USE_NOTED_EVERY
    free = (
        select(ApiKey.id)
        .where(ApiKey.id == key.id)
        .where(or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < before))
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    session.execute(
        update(ApiKey)
        .where(ApiKey.id == free)
        .values(last_used_at=now())
        .execution_options(synchronize_session=False)
    )


def _is_in_force(key: ApiKey) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now())


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
