"""A letter as PDF, enclosed in an e-mail and written from the e-mail's own words."""

from datetime import UTC, datetime

from flask import current_app
from flask_babel import force_locale, gettext

from backoffice.core.outbox import OutboxMessage
from backoffice.core.queue import Letter
from backoffice.notify.blocks import blocks_of
from backoffice.notify.pdf import Sheet, draw
from config.settings import get_settings


def letter_pdf(letter: Letter, row: OutboxMessage) -> bytes:
    """Return the letter that an e-mail encloses: the same bytes at each attempt to send it."""
    settings, reference = get_settings(), row.payload["reference"]
    words = {
        **row.payload,
        "lang": row.locale,
        "brand": settings.brand,
        "contact": settings.contact,
        "backup_days": settings.backup_days,
        "time": datetime.fromisoformat,
    }
    with force_locale(row.locale):
        html = current_app.jinja_env.get_template(letter.template).render(words)
        title = f"{gettext(letter.title)}, {reference}"
    at = datetime.fromisoformat(row.payload[letter.dated_by]).astimezone(UTC)
    return draw(blocks_of(html), Sheet(title, settings.brand, row.locale, at, reference))


def letter_name(letter: Letter, row: OutboxMessage) -> str:
    """Return what the letter's file is called, without its ending."""
    name = letter.file_names.get(row.locale, letter.file_names["fr"])
    return f"{name}-{row.payload['reference']}"
