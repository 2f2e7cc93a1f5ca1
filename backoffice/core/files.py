"""Attachments: what a party sent, and the images of its pages that people look at."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.store import file_store
from backoffice.core.text import Text
from backoffice.core.uploads import Admitted


class PagesState(StrEnum):
    """How far the images of a document's pages are."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"  # `problem` says why
    NONE = "none"  # the file itself was refused: there is nothing to read


class Attachment(Identified, Base):
    """One file of a party; of a refused one only the row is kept, so that a person sees it came."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint(
            "pages_state in ('pending', 'ready', 'failed', 'none')", name="pages_state"
        ),
        CheckConstraint("(storage_key is null) = (pages_state = 'none')", name="kept"),
        Index("ix_attachment_case", "case_id", "id"),
        Index("ix_attachment_storage_key", "storage_key"),
    )
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))  # kbis, identity, bank_proof…
    filename: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    declared_content_type: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    content_type: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))
    size_bytes: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str | None] = mapped_column(info=marked(Personal.PARTY))
    storage_key: Mapped[str | None] = mapped_column(info=marked(Personal.PARTY))
    uploaded_by: Mapped[str] = mapped_column(info=marked(Personal.NONE))  # api, portal, staff
    # Which party of several it came from ("seller:7"); empty: the one that the case has.
    sent_by: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    created_at: Mapped[datetime] = mapped_column(default=now)
    pages_state: Mapped[str] = mapped_column(default=PagesState.PENDING, info=marked(Personal.NONE))
    page_count: Mapped[int | None] = mapped_column(Integer)  # of the document, not of the images
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB, info=marked(Personal.NONE))
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, default=list, info=marked(Personal.NONE)
    )

    pages: Mapped[list["PageImage"]] = relationship(
        order_by="PageImage.number", cascade="all, delete-orphan"
    )


class PageImage(Identified, Base):
    """The image of one page, made in a locked-down process; a JPEG."""

    __tablename__ = "page_image"
    __table_args__ = (
        UniqueConstraint("attachment_id", "number"),
        Index("ix_page_image_storage_key", "storage_key"),
    )
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    number: Mapped[int] = mapped_column(Integer)
    storage_key: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    width_px: Mapped[int] = mapped_column(Integer)
    height_px: Mapped[int] = mapped_column(Integer)


def keep(
    session: Session, admitted: Admitted, *, kind: str, uploaded_by: str,
    case_id: int | None = None, sent_by: str = "",
) -> Attachment:  # fmt: skip
    """Keep an admitted file; its page images are a job's work (`make_page_images`)."""
    attachment = Attachment(
        case_id=case_id,
        kind=kind,
        filename=admitted.filename,
        declared_content_type=admitted.declared_content_type,
        content_type=admitted.content_type,
        size_bytes=len(admitted.data),
        sha256=admitted.sha256,
        storage_key=file_store().put(admitted.data),
        uploaded_by=uploaded_by,
        sent_by=sent_by,
    )
    session.add(attachment)
    session.flush()
    return attachment


def keep_refused(
    session: Session,
    problem: Text,
    *,
    kind: str,
    size_bytes: int,
    uploaded_by: str,
    case_id: int | None = None,
) -> Attachment:
    """Record that a file came and why it was refused; neither its bytes nor its name are kept."""
    attachment = Attachment(
        case_id=case_id,
        kind=kind,
        filename="",
        declared_content_type="",
        size_bytes=size_bytes,
        uploaded_by=uploaded_by,
        pages_state=PagesState.NONE,
        problem=problem.to_json(),
    )
    session.add(attachment)
    session.flush()
    return attachment
