"""The statement of reasons as a document: HTML, text and PDF with the same words.

The HTML is written from the frozen parts, in the statement's language; the other two forms are made
from it. What was sent as PDF is kept, and is what everybody is given from then on.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.decision import Statement
from backoffice.core.link import PortalLink
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.store import file_store
from backoffice.notify.blocks import blocks_of
from backoffice.notify.pdf import Sheet, draw
from config.settings import get_settings

PDF = "application/pdf"
NAMES = {"fr": "exposé-des-motifs", "en": "statement-of-reasons"}


def html_of(statement: Statement) -> str:
    """Return the document as one HTML file that needs no other; needs an application context."""
    settings = get_settings()
    words = {
        "parts": statement.parts,
        "lang": statement.locale,
        "brand": settings.brand,
        "contact": settings.contact,
        "time": datetime.fromisoformat,
    }
    with force_locale(statement.locale):
        template = current_app.jinja_env.get_template("statements/document.html")
        return template.render(words)


def text_of(statement: Statement) -> str:
    """Return the document as text: what its HTML and its PDF say, without their layout."""
    return "".join(block.as_text() for block in blocks_of(html_of(statement))).strip() + "\n"


def pdf_of(statement: Statement) -> bytes:
    """Return the PDF that was sent; before that, the one that will be."""
    if statement.document_key is not None:
        with file_store().open(statement.document_key) as kept:
            return kept.read()
    reference, locale = statement.parts["reference"], statement.locale
    at = datetime.fromisoformat(statement.parts["decided_at"]).astimezone(UTC)
    with force_locale(locale):
        title = f"{gettext('Statement of reasons')}, {reference}"
    sheet = Sheet(title, get_settings().brand, locale, at, reference)
    return draw(blocks_of(html_of(statement)), sheet)


def keep_pdf(statement: Statement) -> bytes:
    """Return the PDF about to be sent, kept from now on: a second sending sends the same bytes."""
    data = pdf_of(statement)
    if statement.document_key is None:
        statement.document_key = file_store().put(data)
        statement.document_sha256 = hashlib.sha256(data).hexdigest()
    return data


def file_names(statements: Iterable[Statement]) -> dict[int, str]:
    """Return what each statement's file is called, without its ending; several are numbered."""
    names, seen = {}, Counter[tuple[int, str, int]]()
    for one in statements:
        told = (one.decision_id, one.recipient_kind, one.recipient_id)
        seen[told] += 1
        number = f"-{seen[told]}" if seen[told] > 1 else ""
        name = NAMES.get(one.locale, NAMES["fr"])
        names[one.id] = f"{name}-{one.parts['reference']}{number}"
    return names


def enclosed_statements(session: Session, row: OutboxMessage) -> list[Statement]:
    """Return the statements that an e-mail's decision owes to the party whose link it carries."""
    link = session.get(PortalLink, row.payload.get("portal") or 0)
    if row.decision_id is None or link is None:
        return []
    owed = select(Statement).where(
        Statement.decision_id == row.decision_id,
        Statement.recipient_kind == link.party_kind,
        Statement.recipient_id == link.party_id,
    )
    return list(session.scalars(owed.order_by(Statement.id)))


def sent_times(session: Session, statements: Iterable[Statement]) -> dict[str, datetime]:
    """Return when each document first left by e-mail, by the hash of its bytes."""
    decisions = {one.decision_id for one in statements if one.document_sha256}
    if not decisions:
        return {}
    mails = select(OutboxMessage.sent_at, OutboxMessage.sent_copy).where(
        OutboxMessage.decision_id.in_(decisions),
        OutboxMessage.channel == Channel.MAIL,
        OutboxMessage.sent_at.is_not(None),
    )
    times: dict[str, datetime] = {}
    for sent_at, copy in session.execute(mails.order_by(OutboxMessage.sent_at)):
        for one in copy.get("enclosed", ()):  # what left before had nothing enclosed
            times.setdefault(one["sha256"], sent_at)
    return times
