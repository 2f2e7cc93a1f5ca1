"""Who did what, when: append-only entries, chained per stream by HMAC.

An entry holds ids, verbs, field names and a salted digest; the readable detail and its salt lie in
`audit_detail`, a row that can be erased without breaking the chain.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.permissions import Actor
from backoffice.core.secrets import subkey

START = b"\0" * 32


class AuditHead(Base):
    """The end of one stream's chain, locked while an entry is added to it."""

    __tablename__ = "audit_head"
    stream: Mapped[str] = mapped_column(primary_key=True, info=marked(Personal.NONE))
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    mac: Mapped[bytes] = mapped_column(LargeBinary, default=START, info=marked(Personal.NONE))


class AuditEntry(Identified, Base):
    """One thing that was done; a trigger refuses UPDATE and DELETE."""

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("stream", "seq"),)
    stream: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(index=True, info=marked(Personal.NONE))
    verb: Mapped[str] = mapped_column(index=True, info=marked(Personal.NONE))
    fields: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    digest: Mapped[bytes] = mapped_column(LargeBinary, info=marked(Personal.NONE))
    mac: Mapped[bytes] = mapped_column(LargeBinary, info=marked(Personal.NONE))
    detail: Mapped["AuditDetail | None"] = relationship(back_populates="entry", lazy="joined")


class AuditDetail(Base):
    """The readable half of an entry; may be erased, and with its salt the digest says nothing."""

    __tablename__ = "audit_detail"
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary, info=marked(Personal.NONE))
    detail: Mapped[dict[str, Any]] = mapped_column(info=marked(Personal.FREE))
    entry: Mapped[AuditEntry] = relationship(back_populates="detail")


def record(
    session: Session, *, stream: str, verb: str, actor: Actor, detail: dict[str, Any] | None = None
) -> AuditEntry:
    """Add one entry to a stream's chain; the stream's head stays locked until the commit."""
    head = _locked_head(session, stream)
    detail, salt = detail or {}, secrets.token_bytes(16)
    entry = AuditEntry(
        stream=stream,
        seq=head.seq + 1,
        at=now(),
        actor=actor.ref,
        verb=verb,
        fields=",".join(sorted(detail)),
        digest=digest(salt, detail),
    )
    entry.mac = chain(head.mac, entry)
    entry.detail = AuditDetail(salt=salt, detail=detail)
    head.seq, head.mac = entry.seq, entry.mac
    session.add(entry)
    return entry


def _locked_head(session: Session, stream: str) -> AuditHead:
    head = session.get(AuditHead, stream, with_for_update=True)
    if head is None:
        session.execute(
            insert(AuditHead).values(stream=stream, seq=0, mac=START).on_conflict_do_nothing()
        )
        head = session.get_one(AuditHead, stream, with_for_update=True)
    return head


def digest(salt: bytes, detail: dict[str, Any]) -> bytes:
    """Return the salted SHA-256 of a detail in its canonical JSON form."""
    body = json.dumps(detail, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(salt + body.encode()).digest()


def chain(previous: bytes, entry: AuditEntry) -> bytes:
    """Return the HMAC of an entry over the one before it."""
    parts = (entry.stream, entry.seq, entry.at.isoformat(), entry.actor, entry.verb, entry.fields)
    body = "\x1f".join(map(str, parts)).encode() + entry.digest
    return hmac.new(subkey("audit"), previous + body, hashlib.sha256).digest()


def verify(session: Session) -> Iterator[str]:
    """Name every changed row and every gap, stream by stream, up to the stored heads."""
    heads = {head.stream: head for head in session.scalars(select(AuditHead))}
    stream, seq, mac = "", 0, START
    query = select(AuditEntry).order_by(AuditEntry.stream, AuditEntry.seq)
    for entry in session.scalars(query.execution_options(yield_per=1000)):
        if entry.stream != stream:
            yield from _at_head(stream, heads.pop(stream, None), seq, mac)
            stream, seq, mac = entry.stream, 0, START
        yield from _missing(stream, seq + 1, entry.seq)
        if not hmac.compare_digest(entry.mac, chain(mac, entry)) and entry.seq == seq + 1:
            yield f"{stream} #{entry.seq}: entry {entry.id} was changed"
        if entry.detail and digest(entry.detail.salt, entry.detail.detail) != entry.digest:
            yield f"{stream} #{entry.seq}: the detail of entry {entry.id} was changed"
        seq, mac = entry.seq, entry.mac
    yield from _at_head(stream, heads.pop(stream, None), seq, mac)
    for head in heads.values():
        yield from _missing(head.stream, 1, head.seq + 1)


def _missing(stream: str, first: int, following: int) -> Iterator[str]:
    if following > first:
        yield f"{stream} #{first} to #{following - 1}: missing"


def _at_head(stream: str, head: AuditHead | None, seq: int, mac: bytes) -> Iterator[str]:
    if head is None:
        if seq:
            yield f"{stream}: the stored head is missing"
    elif head.seq != seq:
        yield from _missing(stream, seq + 1, head.seq + 1)
    elif not hmac.compare_digest(head.mac, mac):
        yield f"{stream} #{seq}: the stored head differs"
