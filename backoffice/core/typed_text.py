"""What people type: hidden characters refused, spaces made plain, every refusal explained."""

import unicodedata
from collections.abc import Mapping

from backoffice.core.text import Text, text

# Zero-width joiners are part of some scripts and of many emoji; nothing else hidden is.
_JOINERS = "\u200c\u200d"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co"})


class InvalidInput(ValueError):  # noqa: N818 (the sender's mistake, not the program's)
    """An input that cannot be taken; `text` tells its sender what to change."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.msgid % sentence.values)
        self.text = sentence


class InvalidFields(ValueError):  # noqa: N818 (the sender's mistake, not the program's)
    """Fields that cannot be taken; `errors` tells for each what to change."""

    def __init__(self, errors: Mapping[str, Text]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


def has_hidden(raw: str) -> bool:
    """Tell whether a text holds a control character, a NUL, half a surrogate pair or a mark
    that turns the direction of writing: nobody types these, and they make a text lie.
    """
    if raw.isprintable():
        return False
    return any(unicodedata.category(one) in _HIDDEN and one not in _JOINERS for one in raw)


def parse_line(raw: str, length_max: int = 200) -> str:
    """Return one line, composed (NFC), each run of spaces made one; refuse the rest."""
    line = unicodedata.normalize("NFC", " ".join(raw[: 4 * length_max].split()))
    if has_hidden(line):
        raise InvalidInput(text("Remove the invisible or control characters."))
    if not line:
        raise InvalidInput(text("This is empty."))
    if len(line) > length_max or len(raw) > 4 * length_max:
        raise InvalidInput(text("Use at most %(count)s characters.", count=length_max))
    return line


def parse_name(raw: str, length_max: int = 200) -> str:
    """Return a name of a person, company or town: one line that holds a letter or a digit."""
    name = parse_line(raw, length_max)
    if not any(one.isalnum() for one in name):
        raise InvalidInput(text("Write a name with letters or digits."))
    return name


def parse_text(raw: str, length_max: int = 20_000) -> str:
    """Return a text of several lines, line ends as `\\n`; tabs stay."""
    if len(raw) > length_max:
        raise InvalidInput(text("Use at most %(count)s characters.", count=length_max))
    plain = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if has_hidden(plain.replace("\n", "").replace("\t", "")):
        raise InvalidInput(text("Remove the invisible or control characters."))
    if not plain:
        raise InvalidInput(text("This is empty."))
    return unicodedata.normalize("NFC", plain)
