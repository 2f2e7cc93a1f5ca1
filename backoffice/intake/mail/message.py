"""Reading an e-mail: whatever is broken in it, what can be read is read."""

import hashlib
from email import message_from_bytes, policy
from email.message import Message
from email.parser import BytesHeaderParser
from typing import NamedTuple
from uuid import UUID

from backoffice.intake.mail.parts import Parts, RawFile, parts_of
from backoffice.intake.mail.plain import addresses, clean_line, decoded, header, headers
from backoffice.intake.mail.quoting import split
from backoffice.intake.mail.robots import Bounce, Kind, bounce_of, kind_of, our_ids

RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
BODY_LENGTH_MAX, QUOTED_LENGTH_MAX = 20_000, 60_000  # characters
# Parsed only where asked: a broken header raises where it is read, not where it came.
POLICY = policy.compat32


class InboundMessage(NamedTuple):
    """An e-mail as it was understood."""

    digest: str  # the same for the same mail delivered twice
    message_id: str
    name: str
    email: str  # empty where nobody signs
    recipients: tuple[str, ...]
    subject: str
    locale: str
    answers: tuple[UUID, ...]  # mails of ours
    kind: Kind
    bounce: Bounce | None
    body: str
    quoted: str
    files: tuple[RawFile, ...]
    is_cut: bool  # the body had to end before its end


def read(raw: bytes, *, is_beginning: bool = False) -> InboundMessage:
    """Read an e-mail; of a mere beginning the words only, since its files are not whole."""
    message, parts = _opened(raw.replace(b"\0", b""))
    name, email = next(iter(addresses(message, "From")), ("", ""))
    written = split("\n\n".join(filter(None, parts.texts)))
    quoted = "\n\n".join(filter(None, (written.quoted, *parts.forwarded)))
    message_id = clean_line(header(message, "Message-ID"), 998)
    return InboundMessage(
        digest=_digest(raw, message_id, email),
        message_id=message_id,
        name=name or email.partition("@")[0],
        email=email,
        recipients=tuple(address for _, address in addresses(message, *RECIPIENTS)),
        subject=clean_line(header(message, "Subject")),
        locale="en" if header(message, "Content-Language").lower().startswith("en") else "fr",
        answers=tuple(our_ids(*headers(message, "In-Reply-To"), *headers(message, "References"))),
        kind=kind_of(message),
        bounce=bounce_of(message),
        body=written.body[:BODY_LENGTH_MAX],
        quoted=quoted[:QUOTED_LENGTH_MAX],
        files=() if is_beginning else tuple(parts.files),
        is_cut=is_beginning or len(written.body) > BODY_LENGTH_MAX,
    )


def _opened(raw: bytes) -> tuple[Message, Parts]:
    """Parse a message and take it apart; of one folded too deep, its bytes are its words."""
    try:
        message = message_from_bytes(raw, policy=POLICY)
        return message, parts_of(message)
    except RecursionError:
        head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        return BytesHeaderParser(policy=POLICY).parsebytes(head), Parts([decoded(body, "utf-8")])


def _digest(raw: bytes, message_id: str, email: str) -> str:
    """Tell mails apart: by identity, sender and content, since servers add headers on the way."""
    if not message_id:
        return hashlib.sha256(raw).hexdigest()
    body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    known = f"{message_id}\n{email.lower()}\n".encode() + body
    return hashlib.sha256(known).hexdigest()
