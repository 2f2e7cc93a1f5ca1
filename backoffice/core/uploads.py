"""What may be uploaded: size, name, and a content that is what it says it is.

Only the first and last bytes are looked at here. Whether a document can be read is found out
later, in a locked-down process (`document.py`).
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from backoffice.core.text import text
from backoffice.core.typed_text import InvalidInput, has_hidden
from config.settings import get_settings

NAME_LENGTH_MAX = 120
EXTENSIONS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
}
# What browsers and programs say instead; a type that says nothing is taken from the content.
_ALIASES = {
    "application/x-pdf": "application/pdf",
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
}
_SILENT = {"", "application/octet-stream", "binary/octet-stream"}

_HEAD = 1024
_MARKUP = re.compile(rb"<(?:!doctype html|html|head|body|script|svg|iframe|\?php)\b", re.I)
_DISGUISES = (
    (
        re.compile(rb"MZ|\x7fELF|#!|\xfe\xed\xfa|\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe"),
        text("This file is a program, not a document."),
    ),
    (
        re.compile(rb"PK\x03\x04|PK\x05\x06|7z\xbc\xaf|Rar!|\x1f\x8b|\xd0\xcf\x11\xe0|\{\\rtf"),
        text("This file is an archive or an office document: save it as a PDF and send that."),
    ),
    (
        re.compile(rb".{4}ftyp(?:heic|heix|mif1|msf1|avif)", re.S),
        text("This picture is in the HEIC or AVIF format: send it as JPEG."),
    ),
)
_MARKED_UP = text("This file is a web page or a drawing in SVG: save it as a PDF and send that.")
_UNKNOWN = text("This file is neither a PDF nor a picture in JPEG, PNG or WebP.")
_ZIP_END, _ZIP_END_SIZE = b"PK\x05\x06", 22


class UnsafeUpload(InvalidInput):
    """A file that is not taken in; `text` tells its sender why."""


class UploadTooLarge(UnsafeUpload):
    """A file above the size limit (HTTP 413)."""


@dataclass(frozen=True)
class Admitted:
    """A file that may be kept: its cleaned name, its type by content, and its bytes."""

    filename: str
    declared_content_type: str
    content_type: str
    data: bytes
    sha256: str

    def __str__(self) -> str:
        """Return its name, by which a decision remembers it."""
        return self.filename


def admit(filename: str, declared_type: str, data: bytes) -> Admitted:
    """Return what may be kept of an upload; raises UploadTooLarge or UnsafeUpload."""
    limit = get_settings().upload_max_bytes
    if len(data) > limit:
        megabytes = limit // (1024 * 1024)
        raise UploadTooLarge(text("A file may have at most %(count)s MB.", count=megabytes))
    if not data:
        raise UnsafeUpload(text("This file is empty."))
    declared = declared_type.partition(";")[0].strip().lower()
    declared = _ALIASES.get(declared, declared)
    if declared not in EXTENSIONS and declared not in _SILENT:
        raise UnsafeUpload(text("Send a PDF, or a picture as JPEG, PNG or WebP."))
    content_type = _content_type(data)
    name = clean_filename(filename, content_type)
    digest = hashlib.sha256(data).hexdigest()
    return Admitted(name, declared, content_type, data, digest)


def clean_filename(raw: str, content_type: str) -> str:
    """Return a file's name for display and download, its ending made that of its content."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", raw)[-1].strip())
    if has_hidden(raw):
        raise UnsafeUpload(text("The name of the file holds invisible characters: rename it."))
    name = re.sub(r'[<>:"|?*]', "_", name).strip(". ") or "document"
    endings = EXTENSIONS[content_type]
    stem, ending = name, endings[0]
    if name.lower().endswith(endings):
        stem, _, ending = name.rpartition(".")
        ending = f".{ending}"
    return stem[: NAME_LENGTH_MAX - len(ending)] + ending


def _content_type(data: bytes) -> str:
    """Return the type that the content shows; refuse another, and two at once."""
    head = data[:_HEAD]
    found = _magic(head)
    if found is None:
        named = (said for pattern, said in _DISGUISES if pattern.match(head))
        raise UnsafeUpload(next(named, _MARKED_UP if _MARKUP.search(head) else _UNKNOWN))
    is_picture = found != "application/pdf"
    if _ends_as_archive(data) or (is_picture and (b"%PDF-" in head or _MARKUP.search(head))):
        raise UnsafeUpload(
            text("This file is two kinds of file at once: print it as a PDF and send that.")
        )
    return found


def _magic(head: bytes) -> str | None:
    if head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    return None


def _ends_as_archive(data: bytes) -> bool:
    """Tell whether an archiver would read the file as a ZIP: its directory ends where it ends."""
    at = data.rfind(_ZIP_END, max(0, len(data) - _ZIP_END_SIZE - 0xFFFF))
    if at < 0 or at + _ZIP_END_SIZE > len(data):
        return False
    comment_size = int.from_bytes(data[at + 20 : at + 22], "little")
    return at + _ZIP_END_SIZE + comment_size == len(data)
