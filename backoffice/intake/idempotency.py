"""Calls that may be sent twice: the answer kept under the key that the caller chose.

The kept answer is a row of the same transaction as the work, so there is never one without the
other; only 2xx answers are kept.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ForeignKey, Integer, LargeBinary, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.core.base import Base, Personal, marked
from backoffice.core.clock import now
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text

KEPT_FOR = timedelta(hours=24)
KEY = r"^[\x21-\x7e]{1,255}$"
"""How a key may look: visible ASCII."""


class IdempotencyKey(Base):
    """One call that was answered, under its key; scoped to integration, method and path."""

    __tablename__ = "idempotency_key"
    digest: Mapped[bytes] = mapped_column(
        LargeBinary, primary_key=True, info=marked(Personal.NONE)
    )  # of the key with its scope
    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id"))
    body_sha256: Mapped[bytes] = mapped_column(LargeBinary, info=marked(Personal.NONE))
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    status: Mapped[int] = mapped_column(Integer)
    answer: Mapped[bytes] = mapped_column(LargeBinary, info=marked(Personal.PARTY))


class Call(NamedTuple):
    """A call that may be sent again: who calls what, with which key and body."""

    integration_id: int
    method: str
    path: str
    key: str
    body: bytes

    @property
    def digest(self) -> bytes:
        """Return the digest of the key in its scope."""
        scope = f"{self.integration_id}\n{self.method}\n{self.path}\n{self.key}"
        return hashlib.sha256(scope.encode()).digest()


class Answer(NamedTuple):
    """What a call was answered."""

    status: int
    body: bytes


def once(session: Session, call: Call, work: Callable[[], Answer]) -> Answer:
    """Do the work of a call unless it was done; raises NotPossible (409).

    While one call works, the same key is refused rather than kept waiting; the lock goes with
    the transaction.
    """
    digest, body_sha256 = call.digest, hashlib.sha256(call.body).digest()
    lock = int.from_bytes(digest[:8], signed=True)
    if not session.scalar(select(func.pg_try_advisory_xact_lock(lock))):
        raise NotPossible(text("A call with this Idempotency-Key is still running: try again."))
    known = session.get(IdempotencyKey, digest, populate_existing=True)
    if known and known.created_at > now() - KEPT_FOR:
        if known.body_sha256 != body_sha256:
            raise NotPossible(text("This Idempotency-Key was used with another body."))
        return Answer(known.status, known.answer)
    if known:
        session.delete(known)
        session.flush()
    answer = work()
    if 200 <= answer.status < 300:
        session.add(
            IdempotencyKey(
                digest=digest,
                integration_id=call.integration_id,
                body_sha256=body_sha256,
                status=answer.status,
                answer=answer.body,
            )
        )
    return answer


def forget_old_keys(session: Session) -> None:
    """Drop the answers kept longer than 24 hours."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at <= now() - KEPT_FOR))
