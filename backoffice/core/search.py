"""Finding cases: folded words in a `tsvector`, identifiers by prefix."""

import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, cast, delete, false, func, select
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from backoffice.core.case import Case, CaseKey

WORDS_MAX = 8
PREFIX_MIN = 3
IDENTIFYING = re.compile("[0-9@]")
SEPARATORS = re.compile(r"[^0-9a-z@.+_-]+")


class _WithoutMarks(dict[int, int | None]):
    """What each character becomes without accents; learnt as characters are met."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_WITHOUT_MARKS = _WithoutMarks()
_LATIN_MARKS = re.compile("[\u0300-\u036f]+")  # the usual ones, quickly


def fold(value: str) -> str:
    """Return text in lower case, without accents, with ligatures opened and NULs dropped."""
    if value.isascii():
        return value.lower().replace("\0", "")
    value = value.casefold().replace("\0", "")
    if value.isascii():
        return value
    value = value.replace("œ", "oe").replace("æ", "ae")
    plain = _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", value))
    return plain if plain.isascii() else plain.translate(_WITHOUT_MARKS)


def words(value: str) -> list[str]:
    """Split text into folded words."""
    return [w for w in re.split(r"[^0-9a-z]+", fold(value)) if w]


def key(value: str) -> str:
    """Return an identifier as it is stored and sought: folded, without spaces."""
    return SEPARATORS.sub("", fold(value))


def index(session: Session, case: Case, text: str, keys: Iterable[tuple[str, str]]) -> None:
    """Make a flushed case findable by these words and identifiers, in place of earlier ones."""
    case.words = func.to_tsvector("simple", " ".join(words(text)))
    session.execute(delete(CaseKey).where(CaseKey.case_id == case.id))
    wanted = stored_keys(case.reference, keys)
    session.add_all(CaseKey(case_id=case.id, kind=kind, value=value) for kind, value in wanted)


def stored_keys(reference: str, keys: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the identifiers of a case as they are stored, its own reference with them."""
    wanted = {(kind, found) for kind, value in keys if value and (found := key(value))}
    return wanted | {("reference", key(reference))}


def matching(query: str) -> ColumnElement[bool]:
    """Return the condition that a case matches what was typed: words, or an identifier's prefix.

    The two are never joined by OR, which no index could answer: what holds a digit or an @ may be
    an identifier and is looked up first, what holds neither is words.
    """
    sought, prefix = words(query)[:WORDS_MAX], key(query)
    by_words = Case.words.op("@@")(cast(" & ".join(f"{one}:*" for one in sought), TSQUERY))
    if len(prefix) < PREFIX_MIN or not IDENTIFYING.search(prefix):
        return by_words if sought else false()
    found = select(CaseKey.case_id).where(CaseKey.value.startswith(prefix, autoescape=True))
    return Case.id.in_(found.union(select(Case.id).where(by_words)) if sought else found)


def search(query: str, queues: Iterable[str]) -> Select[Case]:
    """Select the cases of these queues that match, newest first."""
    return (
        select(Case)
        .where(Case.queue.in_(list(queues)), matching(query))
        .order_by(Case.received_at.desc(), Case.id.desc())
    )
