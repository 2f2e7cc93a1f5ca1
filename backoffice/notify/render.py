"""E-mails in words: subject, text and HTML from `templates/emails/<event>/`, in one language.

The context is the outbox row's payload: plain JSON, times in ISO form, numbers of links. The links
themselves are made here, when a mail is about to leave, and masked in what is kept or shown.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import force_locale

from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.secrets import token
from config.settings import get_settings

MASK = "•••"
_HARD_SPACES = "\u00a0\u202f"  # French has them before : ; ! ?
_SECRET = re.compile(r"/(p|invitation|reset)/\d+-[\w-]+")


class Rendered(NamedTuple):
    """An e-mail in words: a subject of one line, and the same body as text and as HTML."""

    subject: str
    text: str
    html: str


def render(event: str, locale: str, context: Mapping[str, Any]) -> Rendered:
    """Render the e-mail of an event, with links that work; needs an application context."""
    folder = f"emails/{event.replace('.', '-')}"
    words = {
        **context,
        "brand": get_settings().brand,
        "lang": locale,
        "link": link,
        "time": datetime.fromisoformat,
    }
    with force_locale(locale):
        subject, text, html = (
            current_app.jinja_env.get_template(f"{folder}/{name}").render(words)
            for name in ("subject.txt", "body.txt", "body.html")
        )
    return Rendered(one_line(subject), re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", html)


def masked(mail: Rendered) -> Rendered:
    """Return the same e-mail without the part of its links that opens them."""
    return Rendered(*(_SECRET.sub(rf"/\1/{MASK}", part) for part in mail))


def preview_mails(rows: Iterable[OutboxMessage]) -> list[Rendered]:
    """Render the e-mails among rows that are not sent yet, as they will leave, links masked."""
    mails = (row for row in rows if row.channel == Channel.MAIL)
    return [masked(render(row.event, row.locale, row.payload)) for row in mails]


def link(kind: str, row_id: int) -> str:
    """Return the address that lets its holder in: `p`, `invitation` or `reset`."""
    return f"{get_settings().base_url}/{kind}/{token(kind, row_id)}"


def one_line(words: str) -> str:
    """Return words fit for a header: one line, without control characters."""
    kept = (one if one.isprintable() or one in _HARD_SPACES else " " for one in words)
    return re.sub(" {2,}", " ", "".join(kept)).strip()
