"""Imports as the API takes and tells them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from werkzeug.datastructures import FileStorage

from backoffice.core.text import text
from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.listing_form import Reference
from backoffice.marketplace.listing_import import ListingImport
from backoffice.web.text import say


def _file(given: Any) -> FileStorage:
    if not isinstance(given, FileStorage):
        raise InvalidInput(text("Send this as a file, with a name."))
    return given


File = Annotated[
    Any, BeforeValidator(_file), WithJsonSchema({"type": "string", "format": "binary"})
]
Format = Literal["csv", "tsv", "google_tsv", "google_xml", "prestashop", "shopify"]


class ImportUpload(BaseModel):
    """A file of listings of one seller; its format is recognised unless it is said."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    seller: Reference
    file: File
    format: Format | None = None


class ImportShown(BaseModel):
    """How far an import is, and what became of its rows."""

    id: int
    seller: str
    state: str = Field(examples=["queued", "running", "done", "cancelled", "failed"])
    problem: str | None = Field(description="Why the file could not be read, or read further")
    filename: str
    format: str
    mapping: dict[str, str] = Field(description="What each column means; empty: nothing to us")
    size_bytes: int
    bytes_read: int
    lines_read: int = Field(description="The last line whose listings were stored")
    rows_read: int
    created: int = Field(description="Listings; one may take several rows")
    updated: int
    unchanged: int
    refused: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


def tell_import(imported: ListingImport) -> ImportShown:
    """Tell how an import stands."""
    return ImportShown(
        id=imported.id,
        seller=imported.seller.external_id,
        state=imported.state,
        problem=say(imported.problem) or None,
        filename=imported.filename,
        format=imported.format,
        mapping=imported.mapping,
        size_bytes=imported.size_bytes,
        bytes_read=imported.bytes_read,
        lines_read=imported.lines_read,
        rows_read=imported.rows_read,
        created=imported.rows_created,
        updated=imported.rows_updated,
        unchanged=imported.rows_unchanged,
        refused=imported.rows_refused,
        created_at=imported.created_at,
        started_at=imported.started_at,
        finished_at=imported.finished_at,
    )
