"""Words of an e-mail made fit to keep: decoded whatever their charset, nothing hidden in them."""

import re
import unicodedata
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

JOINERS = "\u200c\u200d"  # parts of some scripts and of many emoji
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co"})
LINE_LENGTH_MAX = 200
FALLBACKS = ("utf-8", "cp1252", "latin-1")  # the last one reads anything


def clean(words: str) -> str:
    """Return a text of several lines without hidden characters, composed (NFC)."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    kept = (
        one for one in lines
        if one in "\n\t" or one in JOINERS or unicodedata.category(one) not in HIDDEN
    )  # fmt: skip
    return re.sub(r"\n{3,}", "\n\n", unicodedata.normalize("NFC", "".join(kept))).strip()


def clean_line(words: str, length_max: int = LINE_LENGTH_MAX) -> str:
    """Return words as one clean line."""
    return " ".join(clean(words).split())[:length_max].strip()


def decoded(data: bytes, charset: str) -> str:
    """Decode by the charset that was declared, else by those that people mean."""
    for name in (charset, *FALLBACKS):
        try:
            return data.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("ascii", "replace")


def header(message: Message, name: str) -> str:
    """Return the first header of a name in words; what is broken in it is left out."""
    return next(iter(headers(message, name)), "")


def headers(message: Message, name: str) -> list[str]:
    """Return every header of a name in words."""
    raw = (value for key, value in message.raw_items() if key.lower() == name.lower())
    return [in_words(str(value)) for value in raw]


def addresses(message: Message, *names: str) -> list[tuple[str, str]]:
    """Return the (name, address) pairs of some headers; groups and comments opened."""
    raw = [str(value).replace("\r", "").replace("\n", "")
           for key, value in message.raw_items()
           if key.lower() in {name.lower() for name in names}]  # fmt: skip
    # Split before the words are decoded: a coded name may hold a comma or another address.
    found = getaddresses([_readable(one) for one in raw])
    return [
        (clean_line(in_words(name)), clean_line(spec, 254)) for name, spec in found if "@" in spec
    ]


def in_words(raw: str) -> str:
    """Return a header's value in words: unfolded, its coded words (RFC 2047) decoded."""
    folded = re.sub(r"\r?\n", "", _readable(raw))
    try:
        return str(make_header(decode_header(folded)))
    except (LookupError, UnicodeError, ValueError):  # an unknown charset, broken base64
        return folded


def _readable(raw: str) -> str:
    """Return a header's eight-bit bytes, which the parser keeps as surrogates, as words."""
    return decoded(raw.encode("utf-8", "surrogateescape"), "utf-8")
