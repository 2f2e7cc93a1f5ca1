"""Imports for tests: files as sellers send them, taken in, begun, and read to their end."""

from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.clock import now
from backoffice.core.permissions import SYSTEM
from backoffice.marketplace.category import Category
from backoffice.marketplace.listing_import import ImportRowError, ListingImport
from backoffice.marketplace.seller import Seller
from backoffice.queues.listings.importing.begin import Upload, begin, take_in
from backoffice.queues.listings.importing.run import run_import
from tests.factories.seller import make_seller

HEADING = "reference;ean;title;description;category;price;quantity\n"
LONG = 3600.0  # seconds: to the end


def known_category(session: Session, code: str, label: str) -> None:
    """Make sure that a category is there."""
    if session.scalar(select(Category.id).where(Category.code == code)) is None:
        session.add(
            Category(code=code, label_fr=label, label_en=label, starts_at=now().replace(year=2020))
        )
        session.flush()


def make_import(
    session: Session, content: str | bytes, filename: str = "articles.csv",
    seller: Seller | None = None, format: str | None = None,
) -> ListingImport:  # fmt: skip
    """Take in a file of a seller, as a draft."""
    data = content.encode() if isinstance(content, str) else content
    upload = Upload(BytesIO(data), filename, format)
    return take_in(session, seller or make_seller(session), upload, actor=SYSTEM)


def run_to_end(session: Session, content: str | bytes, *args, **kwargs) -> ListingImport:
    """Take in a file, begin it and read it to its end."""
    imported = make_import(session, content, *args, **kwargs)
    begin(session, imported, actor=SYSTEM)
    session.commit()
    run_import(session, imported.id, LONG)
    return session.get_one(ListingImport, imported.id, populate_existing=True)


def errors_of(session: Session, imported: ListingImport) -> list[ImportRowError]:
    """Return what was wrong, in the order of the file."""
    query = select(ImportRowError).filter_by(import_id=imported.id)
    return list(session.scalars(query.order_by(ImportRowError.line, ImportRowError.id)))


def said_of(session: Session, imported: ListingImport) -> list[tuple[int, str, str, str]]:
    """Return (line, column, value, sentence in English) of everything that was wrong."""
    return [
        (one.line, one.column, one.value, one.said["msgid"] % one.said["values"])
        for one in errors_of(session, imported)
    ]
