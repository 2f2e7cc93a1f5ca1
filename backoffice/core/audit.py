"""Who did what, when: append-only entries, chained per stream by HMAC.

An entry holds ids, verbs, field names and a salted digest; the readable detail and its salt lie in
`audit_detail`, a row that can be erased without breaking the chain.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.copy import copy_rows, next_ids
from backoffice.core.permissions import Actor
from backoffice.core.secrets import subkey

START = b"\0" * 32
_canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=str).encode


class AuditLine(NamedTuple):
    """What the HMAC of an entry covers."""

    stream: str
    seq: int
    at: datetime
    actor: str
    verb: str
    fields: str
    digest: bytes


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
    sealed = _seal(stream, head.seq, head.mac, verb, actor, detail or {})
    entry = AuditEntry(**sealed.entry, detail=AuditDetail(**sealed.detail))
    head.seq, head.mac = entry.seq, entry.mac
    session.add(entry)
    return entry


def record_first(
    session: Session, *, verb: str, actor: Actor, details: Mapping[str, dict[str, Any]]
) -> None:
    """Begin many new streams at once, each with one entry; `details` are by stream."""
    sealed = [_seal(stream, 0, START, verb, actor, detail) for stream, detail in details.items()]
    if not sealed:
        return
    ids = next_ids(session, AuditEntry, len(sealed))
    heads = [(one.entry["stream"], one.entry["seq"], one.entry["mac"]) for one in sealed]
    copy_rows(session, AuditHead, ("stream", "seq", "mac"), heads)
    entries = [(id_, *one.entry.values()) for id_, one in zip(ids, sealed, strict=True)]
    copy_rows(session, AuditEntry, ("id", *sealed[0].entry), entries)
    rows = [(id_, *one.detail.values()) for id_, one in zip(ids, sealed, strict=True)]
    copy_rows(session, AuditDetail, ("entry_id", *sealed[0].detail), rows)


class Sealed(NamedTuple):
    """The columns of an entry and of its readable half."""

    entry: dict[str, Any]
    detail: dict[str, Any]


def _seal(
    stream: str, seq: int, previous: bytes, verb: str, actor: Actor, detail: dict[str, Any]
) -> Sealed:
    """Build the entry that follows a chain's end."""
    salt = secrets.token_bytes(16)
    entry: dict[str, Any] = {
        "stream": stream,
        "seq": seq + 1,
        "at": now(),
        "actor": actor.ref,
        "verb": verb,
        "fields": ",".join(sorted(detail)),
        "digest": digest(salt, detail),
    }
    entry["mac"] = chain(previous, AuditLine(**entry))
    return Sealed(entry, {"salt": salt, "detail": detail})


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
    return hashlib.sha256(salt + _canonical(detail).encode()).digest()


def chain(previous: bytes, entry: AuditEntry | AuditLine) -> bytes:
    """Return the HMAC of an entry over the one before it."""
    parts = (entry.stream, entry.seq, entry.at.isoformat(), entry.actor, entry.verb, entry.fields)
    body = "\x1f".join(map(str, parts)).encode() + entry.digest
    return hmac.digest(subkey("audit"), previous + body, "sha256")


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
