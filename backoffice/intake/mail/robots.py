"""Robots: mails that nobody wrote (RFC 3834), and those by which ours come back (RFC 3464)."""

import re
from email.message import Message
from email.parser import HeaderParser
from email.utils import parseaddr
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from backoffice.core.reply_address import read_reply_address
from backoffice.intake.mail.parts import walk
from backoffice.intake.mail.plain import addresses, clean_line, header
from config.settings import get_settings

MESSAGE_ID = re.compile(r"<([^<>\s@]+)@([^<>\s@]+)>")
NOBODY = {"<>", "<mailer-daemon>"}
BULK = {"bulk", "list", "junk", "auto_reply"}
TELLING = ("X-Autoreply", "X-Autorespond", "X-Loop", "List-Id")
POSTMASTERS = ("mailer-daemon", "postmaster")


class Kind(StrEnum):
    """Who wrote an e-mail."""

    PERSON = "person"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"


class Bounce(NamedTuple):
    """What came back: to whom it did not go, why, and which mail of ours it was."""

    recipient: str
    status: str
    original: UUID | None


def kind_of(message: Message) -> Kind:
    """Tell persons from robots; in doubt it is a robot, which nobody answers."""
    if bounce_of(message):
        return Kind.BOUNCE
    submitted = header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    signs = (
        submitted not in ("", "no"),
        header(message, "Precedence").strip().lower() in BULK,
        any(header(message, name).strip() for name in TELLING),
        header(message, "Return-Path").strip().lower() in NOBODY,
        is_ours(_sender(message)) or not _sender(message),
    )
    return Kind.AUTOMATIC if any(signs) else Kind.PERSON


def bounce_of(message: Message) -> Bounce | None:
    """Return what a mail says of one of ours that failed for good, if it is about one."""
    reports = [fields for part in walk(message, "message/delivery-status")
               for fields in part.get_payload() if isinstance(fields, Message)]  # fmt: skip
    failed = [one for one in reports if header(one, "Action").strip().lower() == "failed"]
    local = _sender(message).partition("@")[0].lower()
    is_from_postmaster = local in POSTMASTERS and (
        header(message, "Return-Path").strip().lower() in NOBODY
    )
    if not failed and (reports or not is_from_postmaster):
        return None
    fields = failed[0] if failed else Message()
    recipient = header(fields, "Final-Recipient") or header(message, "X-Failed-Recipients")
    status = header(fields, "Diagnostic-Code") or header(fields, "Status")
    return Bounce(
        clean_line(recipient.rpartition(";")[2], 254),
        clean_line(status),
        next(iter(_originals(message)), None),
    )


def is_ours(address: str) -> bool:
    """Tell whether an address is one that we ourselves write from."""
    settings = get_settings()
    ours = {settings.support_address.lower(), parseaddr(settings.mail_from)[1].lower()}
    return address.lower() in ours or read_reply_address(address) is not None


def our_ids(*written: str) -> list[UUID]:
    """Return the identities of mails of ours among those that headers name."""
    domain = parseaddr(get_settings().mail_from)[1].rpartition("@")[2].lower()
    found = []
    for name, at in MESSAGE_ID.findall(" ".join(written)):
        if at.lower() == domain and re.fullmatch(r"[0-9a-fA-F-]{36}", name):
            try:
                found.append(UUID(name))
            except ValueError:
                continue
    return found


def _originals(message: Message) -> list[UUID]:
    returned = [
        header(inner, "Message-ID")
        for part in walk(message, "message/rfc822")
        for inner in part.get_payload()
        if isinstance(inner, Message)
    ]
    for part in walk(message, "text/rfc822-headers"):
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            inner = HeaderParser().parsestr(payload.decode("utf-8", "replace"))
            returned.append(header(inner, "Message-ID"))
    return our_ids(*returned, header(message, "In-Reply-To"), header(message, "References"))


def _sender(message: Message) -> str:
    return next((address for _, address in addresses(message, "From")), "")
