"""The parts of an e-mail: its words, what it forwards, its files."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import NamedTuple

from backoffice.core.uploads import NAME_LENGTH_MAX
from backoffice.intake.mail.html_text import html_to_text
from backoffice.intake.mail.plain import clean, clean_line, decoded, header, in_words

NESTED_MAX = 3  # mails within mails that are opened
CONTAINERS_MAX = 30
UNNAMED = "document"
REPORTS = {"message/delivery-status", "message/disposition-notification", "text/rfc822-headers"}


class RawFile(NamedTuple):
    """A file as it came, before anybody looked at it."""

    filename: str
    content_type: str
    data: bytes


@dataclass
class Parts:
    """What stands in an e-mail: words in the order of its parts."""

    texts: list[str] = field(default_factory=list)
    forwarded: list[str] = field(default_factory=list)
    files: list[RawFile] = field(default_factory=list)


def parts_of(message: Message) -> Parts:
    """Take an e-mail apart; plain words are preferred to the same in HTML."""
    found = Parts()
    _collect(message, found, nested=0, depth=0)
    return found


def _collect(part: Message, found: Parts, *, nested: int, depth: int) -> None:
    kind = part.get_content_type()
    if kind == "message/rfc822":
        _open(part, found, nested=nested, depth=depth)
    elif part.is_multipart() and depth < CONTAINERS_MAX:
        children = _children(part)
        chosen = _preferred(children) if kind == "multipart/alternative" else None
        for child in children:
            if chosen is None or child is chosen or not _is_words(child):
                _collect(child, found, nested=nested, depth=depth + 1)
    elif _is_words(part):
        (found.forwarded if nested else found.texts).append(_words(part))
    elif not part.is_multipart() and kind not in REPORTS:
        found.files.append(_file(part))


def _open(part: Message, found: Parts, *, nested: int, depth: int) -> None:
    """Open a mail within a mail; one too deep inside is a file that nobody can read."""
    inner = next(iter(_children(part)), None)
    if inner is None or nested == NESTED_MAX or depth >= CONTAINERS_MAX:
        # Its bytes are not needed: no mail is kept as a file, and the refusal names it.
        found.files.append(RawFile(f"{_name(part)}.eml", "message/rfc822", b"-"))
        return
    said = ((name, clean_line(header(inner, name))) for name in ("From", "Date", "Subject"))
    found.forwarded.append("\n".join(f"{name}: {words}" for name, words in said if words))
    _collect(inner, found, nested=nested + 1, depth=depth + 1)


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if part.is_multipart() else []


def _preferred(children: list[Message]) -> Message | None:
    """Return the alternative to read: plain words, unless they are blank."""
    by_kind = {child.get_content_type(): child for child in children if _is_words(child)}
    plain, html = by_kind.get("text/plain"), by_kind.get("text/html")
    if plain is not None and _words(plain):
        return plain
    is_html_elsewhere = any(_has_html(child) for child in children)
    return html or (plain if not is_html_elsewhere else None)


def _has_html(part: Message) -> bool:
    return any(one.get_content_type() == "text/html" for one in part.walk())


def _is_words(part: Message) -> bool:
    is_file = part.get_content_disposition() == "attachment"
    return part.get_content_type() in ("text/plain", "text/html") and not is_file


def _words(part: Message) -> str:
    words = decoded(_bytes(part), str(part.get_content_charset() or "utf-8"))
    return clean(html_to_text(words) if part.get_content_subtype() == "html" else words)


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _file(part: Message) -> RawFile:
    return RawFile(_name(part), part.get_content_type(), _bytes(part))


def _name(part: Message) -> str:
    try:
        named = in_words(part.get_filename() or "")
    except (LookupError, ValueError):  # a broken RFC 2231 name
        named = ""
    return clean_line(named, NAME_LENGTH_MAX) or UNNAMED


def walk(message: Message, kind: str) -> Iterator[Message]:
    """Yield the parts of a type."""
    return (part for part in message.walk() if part.get_content_type() == kind)
