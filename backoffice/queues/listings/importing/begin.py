"""How an import comes in and begins: the file recognised, its columns told, the work owed."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from pathlib import PurePath
from typing import BinaryIO, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backoffice.core.audit import record
from backoffice.core.clock import PARIS, now
from backoffice.core.outbox import Channel, put_work
from backoffice.core.permissions import Actor
from backoffice.core.refusal import NotPossible
from backoffice.core.store import file_store
from backoffice.core.text import Text, text
from backoffice.core.typed_text import InvalidFields
from backoffice.marketplace.feeds.columns import TARGETS, guess, is_target, missing
from backoffice.marketplace.feeds.recognise import recognise
from backoffice.marketplace.feeds.record import Dialect
from backoffice.marketplace.listing_import import ImportMapping, ImportState, ListingImport
from backoffice.marketplace.seller import Seller
from backoffice.marketplace.submission import Submission
from backoffice.queues.listings.receive import MAY_OFFER

WORK = "import.run"
NAME_MAX = 120
UNDER_WAY = (ImportState.DRAFT, ImportState.QUEUED, ImportState.RUNNING)


class Upload(NamedTuple):
    """A file as it came in; `format` is what its sender says it is, if anything."""

    file: BinaryIO
    filename: str
    format: str | None = None


def take_in(session: Session, seller: Seller, upload: Upload, *, actor: Actor) -> ListingImport:
    """Keep a file as a draft, its columns guessed, or as this seller said them before.

    Raises UnreadableFile for what is no table of products, NotPossible for a seller who may not
    sell.
    """
    if seller.status not in MAY_OFFER:
        raise NotPossible(text("Only a registered seller can offer listings."),
                          seller_status=seller.status)  # fmt: skip
    dialect = recognise(upload.file, upload.filename, upload.format)
    file = upload.file
    imported = ListingImport(
        seller=seller,
        actor=actor.ref,
        filename=clean_name(upload.filename),
        storage_key=file_store().put_file(file),
        size_bytes=file.seek(0, 2),
        format=dialect.format,
        dialect=dialect.to_json(),
        mapping=kept_mapping(session, seller, dialect) or guess(dialect.headers, dialect.format),
        state=ImportState.DRAFT,
        bytes_read=dialect.start.bytes,
        lines_read=dialect.start.lines,
    )
    session.add(imported)
    session.flush()
    detail = {"seller": seller.external_id, "format": dialect.format, "bytes": imported.size_bytes}
    record(session, stream=stream_of(imported), verb="import.received", actor=actor, detail=detail)
    return imported


def begin(session: Session, imported: ListingImport, *, actor: Actor) -> None:
    """Owe the reading of a draft; raises InvalidFields where a column is missing."""
    _lock_draft(session, imported)
    if lacking := lacking_columns(imported.mapping):
        raise InvalidFields({"file": lacking})
    imported.submission = Submission(
        seller_id=imported.seller_id,
        channel="import",
        day=now().astimezone(PARIS).date(),
        title=imported.filename,
        is_complete=False,
    )
    imported.state = ImportState.QUEUED
    keep_mapping(session, imported)
    record(session, stream=stream_of(imported), verb="import.begun", actor=actor,
           detail={"columns": len([one for one in imported.mapping.values() if one])})  # fmt: skip
    put_work(session, Channel.IMPORTS, WORK, {"import_id": imported.id})


def choose_columns(session: Session, imported: ListingImport, chosen: Mapping[str, str]) -> None:
    """Let columns mean what a person says; headings that the file lacks are left aside."""
    _lock_draft(session, imported)
    if not all(is_target(target) for target in chosen.values()):
        raise InvalidFields({"mapping": text("Choose one of the fields offered.")})
    known = imported.mapping
    imported.mapping = known | {name: target for name, target in chosen.items() if name in known}


def _lock_draft(session: Session, imported: ListingImport) -> None:
    session.flush()
    session.refresh(imported, with_for_update=True)
    if imported.state != ImportState.DRAFT:
        raise NotPossible(text("This import has begun already."))


def ask_cancel(session: Session, imported: ListingImport, *, actor: Actor) -> None:
    """End an import where it is; what was stored stays. Once more changes nothing."""
    session.flush()
    session.refresh(imported, with_for_update=True)
    if imported.state not in UNDER_WAY:
        raise NotPossible(text("This import has ended."))
    if imported.cancel_asked_at is not None:
        return
    imported.cancel_asked_at = now()
    if imported.state == ImportState.DRAFT:
        imported.state, imported.finished_at = ImportState.CANCELLED, now()
    record(session, stream=stream_of(imported), verb="import.cancelled", actor=actor,
           detail={"lines": imported.lines_read})  # fmt: skip


def lacking_columns(mapping: Mapping[str, str]) -> Text | None:
    """Return what to say of columns that are missing; None when a row can be a listing."""
    lacking = missing(mapping)
    if not lacking:
        return None
    first = text(TARGETS[lacking[0]])
    if len(lacking) == 1:
        return text("No column holds this: %(what)s.", what=first.to_json())
    return text("No column holds this: %(what)s (and %(count)s more).", what=first.to_json(),
                count=len(lacking) - 1)  # fmt: skip


def kept_mapping(session: Session, seller: Seller, dialect: Dialect) -> dict[str, str] | None:
    """Return what this seller's columns meant in the last file with these headings."""
    return session.scalars(
        select(ImportMapping.mapping).where(
            ImportMapping.seller_id == seller.id,
            ImportMapping.headers_sha256 == digest_of(dialect),
        )
    ).first()


def keep_mapping(session: Session, imported: ListingImport) -> None:
    """Remember what the columns mean for this seller's next file with these headings."""
    values = {"mapping": imported.mapping, "changed_at": now()}
    statement = insert(ImportMapping).values(
        seller_id=imported.seller_id,
        headers_sha256=digest_of(Dialect.from_json(imported.dialect)),
        **values,
    )
    names = [ImportMapping.seller_id, ImportMapping.headers_sha256]
    session.execute(statement.on_conflict_do_update(index_elements=names, set_=values))


def digest_of(dialect: Dialect) -> str:
    """Return what tells a layout apart: its format and its headings."""
    return hashlib.sha256(json.dumps([dialect.format, *dialect.headers]).encode()).hexdigest()


def stream_of(imported: ListingImport) -> str:
    """Return the name of an import's audit stream."""
    return f"import:{imported.id}"


def clean_name(raw: str) -> str:
    """Return a file's own name without folders and hidden characters."""
    name = PurePath(raw.replace("\\", "/")).name
    shown = "".join(one for one in unicodedata.normalize("NFC", name) if one.isprintable())
    return shown[-NAME_MAX:].strip() or "import"
