"""Letting go of a party's files: rows first, bytes after the commit, once no row names them."""

from collections.abc import Collection, Sequence

from sqlalchemy import and_, delete, exists, select, update
from sqlalchemy.orm import Session

from backoffice.core.files import PagesState
from backoffice.core.outbox import Channel, OutboxMessage, put_work
from backoffice.core.store import file_store
from backoffice.core.work import unit_of_work
from backoffice.marketplace.erasing.tables import table
from backoffice.marketplace.erasing.whose import Owner

FORGET = "files.forget"
NAMED_BY = (
    ("attachment", "storage_key"),
    ("page_image", "storage_key"),
    ("statement", "document_key"),
    ("listing_import", "storage_key"),
    ("picture", "thumbnail_key"),
    ("invoice_file", "pdf_key"),
    ("invoice_file", "xml_key"),
)
AT_ONCE = 500


def let_go(session: Session, owner: Owner, names: frozenset[str]) -> dict[str, int]:
    """Empty the rows of these tables that name files, and owe the end of their bytes."""
    steps = {"page_image": _pages, "attachment": _attachments, "statement": _documents,
             "listing_import": _imports}  # fmt: skip
    counts: dict[str, int] = {}
    keys: set[str] = set()
    for name, step in steps.items():
        if name in names:
            found = step(session, owner)
            counts[name] = len(found)
            keys.update(filter(None, found))
    owe_forgetting_files(session, keys)
    return counts


def owe_forgetting_files(session: Session, keys: Collection[str]) -> None:
    """Owe the end of the bytes of these keys, which no row names once this is committed."""
    waiting = sorted(set(keys) - {""})
    for start in range(0, len(waiting), AT_ONCE):
        put_work(session, Channel.CHECKS, FORGET, {"keys": waiting[start : start + AT_ONCE]})


def _pages(session: Session, owner: Owner) -> Sequence[str]:
    pages = table("page_image")
    gone = delete(pages).where(owner.rows(pages.name)).returning(pages.c.storage_key)
    return session.scalars(gone).all()


def _attachments(session: Session, owner: Owner) -> Sequence[str]:
    rows = table("attachment")
    mine = and_(owner.rows(rows.name), rows.c.filename != "")
    before = session.execute(select(rows.c.id, rows.c.storage_key).where(mine)).all()
    numbers = [row.id for row in before]
    for part in range(0, len(numbers), AT_ONCE):
        session.execute(
            update(rows)
            .where(rows.c.id.in_(numbers[part : part + AT_ONCE]))
            .values(filename="", sha256=None, storage_key=None, pages_state=PagesState.NONE)
        )
    return [row.storage_key for row in before]


def _documents(session: Session, owner: Owner) -> Sequence[str]:
    rows = table("statement")
    mine = and_(owner.rows(rows.name), rows.c.document_key.is_not(None))
    keys = session.scalars(select(rows.c.document_key).where(mine)).all()
    session.execute(update(rows).where(mine).values(document_key=None, document_sha256=None))
    return keys


def _imports(session: Session, owner: Owner) -> Sequence[str]:
    rows = table("listing_import")
    mine = and_(owner.rows(rows.name), rows.c.storage_key != "")
    keys = session.scalars(select(rows.c.storage_key).where(mine)).all()
    session.execute(update(rows).where(mine).values(storage_key="", filename=""))
    return keys


def forget_files(session: Session, keys: Sequence[str] = ()) -> None:
    """Remove the bytes of keys that no row names, then the keys; may run again."""
    with unit_of_work(session):
        for key in keys:
            if not is_named(session, key):
                file_store().delete(key)
        done = (OutboxMessage.event == FORGET) & (OutboxMessage.payload == {"keys": list(keys)})
        session.execute(update(OutboxMessage).where(done).values(payload={}))


def is_named(session: Session, key: str) -> bool:
    """Tell whether any row names the bytes of this key."""
    return any(
        session.scalar(select(exists().where(table(name).c[column] == key)))
        for name, column in NAMED_BY
    )
