"""E-mails as they travel: RFC 5322 headers around the rendered words."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any, NamedTuple

from backoffice.core.clock import now
from backoffice.core.outbox import OutboxMessage
from backoffice.notify.render import masked, one_line, render
from backoffice.notify.reply_to import reply_to
from config.settings import get_settings

NAME_LENGTH_MAX = 100


class NoAddress(ValueError):  # noqa: N818 (what is wrong, in a word)
    """A mail's address is none."""


class Enclosure(NamedTuple):
    """A file that travels with an e-mail."""

    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class Letter:
    """An e-mail ready to leave: envelope, bytes, and the copy that is kept (links masked)."""

    sender: str
    recipient: str
    data: bytes
    copy: dict[str, Any]


def compose(row: OutboxMessage, enclosed: Iterable[Enclosure] = ()) -> Letter:
    """Turn an outbox row into its e-mail, each time under the same `Message-ID`.

    Raises NoAddress when the row's address can never receive mail.
    """
    rendered = render(row.event, row.locale, row.payload)
    recipient = str(row.payload.get("recipient") or row.payload.get("name") or "")
    name, sender = parseaddr(get_settings().mail_from)
    message = EmailMessage(policy=SMTP)
    message["From"] = address(name, sender)
    message["To"] = address(recipient, row.to_address or "")
    if answers_go_to := reply_to(row):
        message["Reply-To"] = address("Support", answers_go_to)
    message["Subject"] = rendered.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = message_id(row)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    kept = []
    for filename, content_type, content in enclosed:
        kept.append({"filename": filename, "sha256": hashlib.sha256(content).hexdigest()})
        main, _, sub = content_type.partition("/")
        charset = {"charset": "utf-8"} if main == "text" else {}
        message.add_attachment(
            content, maintype=main, subtype=sub, filename=filename, params=charset
        )
    message["Content-Language"] = row.locale  # last: setting the content drops such headers
    data = message.as_bytes()
    copy = {
        **masked(rendered)._asdict(),
        "sha256": hashlib.sha256(data).hexdigest(),
        "enclosed": kept,
    }
    return Letter(sender, row.to_address or "", data, copy)


def message_id(row: OutboxMessage) -> str:
    """Return the identity under which every attempt of this row leaves."""
    _, sender = parseaddr(get_settings().mail_from)
    return f"<{row.uid}@{sender.rpartition('@')[2]}>"


def address(name: str, addr_spec: str) -> Address:
    """Return an address whose name cannot become a header of its own; raises NoAddress."""
    if not addr_spec.isascii() or one_line(addr_spec) != addr_spec or "@" not in addr_spec:
        raise NoAddress(f"not an e-mail address: {addr_spec!r}")
    try:
        return Address(one_line(name)[:NAME_LENGTH_MAX], addr_spec=addr_spec)
    except (ValueError, MessageError, IndexError) as error:
        raise NoAddress(f"not an e-mail address: {addr_spec!r}") from error
