"""Finding values in text, however they are written there: one expression of PostgreSQL and Python.

What PostgreSQL looks for is wider than what Python then replaces: it reads JSON as it is written,
with its backslashes, and knows no edges of words.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from backoffice.core.search import fold

NUMBER_MIN = 8  # digits from which something is a number that people group as they like
SPACES = "\u00a0\u202f\u2009"  # besides those of \s in a database of any locale
BETWEEN_WORDS = rf"(?:[\s{SPACES}-]|\\[nrt])+"
BETWEEN_DIGITS = rf"[\s{SPACES}./()-]*"
MARKS = "[\u0300-\u036f]?"  # an accent that stands behind its letter
ACCENTED = {"a": "àâäáãå", "c": "ç", "e": "éèêë", "i": "îïíì", "n": "ñ", "o": "ôöóòõø",
            "u": "ùûüú", "y": "ÿý"}  # fmt: skip
LIGATURES = {"oe": "œ", "ae": "æ"}
WRITTEN = {
    "'": r"(?:['’ʼ‘]|&#(?:39|x27);)",
    '"': r'(?:\\?"|&(?:quot|#34);)',
    "&": r"&(?:amp;)?",
    "\\": r"\\{1,2}",
    "@": r"(?:@|%40)",
}
WRITTEN |= {"’": WRITTEN["'"]}
NAME = (r"(?<!\w)", r"(?!\w)")
ADDRESS = (r"(?<![\w.+-])", r"(?![\w@])")
REFERENCE = (r"(?<![\w.@:-])", r"(?![\w@-])")


@dataclass(frozen=True)
class Finder:
    """What finds some values: `wide` for PostgreSQL, which admits too much, `exact` for Python."""

    wide: str
    exact: re.Pattern[str]


def finder(values: Iterable[str], references: Iterable[str] = ()) -> Finder | None:
    """Return what finds these values, and references as they are; None where there are none."""
    found = {one: _edges(one) for one in values if one} | {
        one: REFERENCE for one in references if one
    }
    written = {value: _written(value) for value in sorted(found, key=lambda one: (-len(one), one))}
    if not written:
        return None
    bounded = (form.join(found[value]) for value, form in written.items())
    wide = "|".join(dict.fromkeys(written.values()))
    return Finder(wide, re.compile("|".join(dict.fromkeys(bounded)), re.IGNORECASE))


def _edges(value: str) -> tuple[str, str]:
    """Return what may not stand before and behind a value; numbers stand inside longer ones."""
    if _is_number(value):
        return "", ""
    return ADDRESS if "@" in value else NAME


def _is_number(value: str) -> bool:
    bare = _bare(value)
    return bare.isalnum() and sum(one.isdigit() for one in bare) >= NUMBER_MIN


def _bare(value: str) -> str:
    return re.sub(rf"[+\s{SPACES}./()-]", "", value)


def _written(value: str) -> str:
    """Return the expression of the ways in which one value is written."""
    if _is_number(value):
        plus = r"\+?" if value.startswith("+") else ""
        return plus + BETWEEN_DIGITS.join(_bare(value))
    whole = unicodedata.normalize("NFC", value)
    words = re.split(rf"[\s{SPACES}-]+" if "@" not in value else r"\s+", whole)
    return BETWEEN_WORDS.join(_word(one) for one in words if one)


def _word(word: str) -> str:
    found, at = [], 0
    while at < len(word):
        pair = fold(word[at : at + 2])
        if pair in LIGATURES and len(word[at : at + 2]) == 2:
            both = _letter(word[at]) + _letter(word[at + 1])
            found.append(f"(?:{both}|[{LIGATURES[pair]}{LIGATURES[pair].upper()}])")
            at += 2
        else:
            found.append(_letter(word[at]))
            at += 1
    return "".join(found)


def _letter(letter: str) -> str:
    """Return the expression of one character, in both cases and with any accent."""
    if letter in WRITTEN:
        return WRITTEN[letter]
    if not letter.isalnum():
        return letter if letter == "_" else f"\\{letter}"
    plain = fold(letter)
    if len(plain) != 1:
        return f"(?:{letter}|{letter.upper()}|{plain})"
    forms = f"{plain}{letter.lower()}{ACCENTED.get(plain, '')}"
    if letter.isascii() and plain not in ACCENTED:
        return letter
    return f"[{''.join(dict.fromkeys(forms + forms.upper()))}]{MARKS}"
