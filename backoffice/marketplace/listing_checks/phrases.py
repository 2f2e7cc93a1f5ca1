"""Phrases that rules look for: folded words in a row, never an expression that could run wild.

`cigarette*` is any word that begins so (three letters at least), `#` is a number that is not zero,
`;` or a new line stands between phrases of one rule: `frais de port # ; port en sus`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from backoffice.core.search import fold
from backoffice.core.text import text
from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.listing_checks.passages import WORD
from backoffice.marketplace.listing_rule import ListingRule

PREFIX_MIN = 3
NUMBER, ANY_END = "#", "*"
_PARTS = re.compile(rf"(?:{WORD.pattern})\*?|#|\S")
_AMOUNT = re.compile(r"[\d.,]+")
_SEPARATORS = frozenset("'’-,.:/+&()")


class Phrase(NamedTuple):
    """Words in a row that one rule looks for."""

    rule: ListingRule
    words: tuple[str, ...]

    def begins(self, words: Sequence[str], first: int) -> bool:
        """Tell whether the phrase stands at this place of a text."""
        there = words[first : first + len(self.words)]
        return len(there) == len(self.words) and all(map(_fits, self.words, there))


class PhraseIndex:
    """Many phrases, found in a text by their first words."""

    def __init__(self, rules: Iterable[ListingRule] = ()) -> None:
        self._whole: defaultdict[str, list[Phrase]] = defaultdict(list)
        self._begun: defaultdict[str, list[Phrase]] = defaultdict(list)
        for rule in rules:
            for words in parse_phrases(rule.pattern):
                first = words[0]
                place = self._begun if first.endswith(ANY_END) else self._whole
                place[first.removesuffix(ANY_END)].append(Phrase(rule, words))
        self._lengths = sorted({len(prefix) for prefix in self._begun})
        self._met: set[str] = set()  # words recur
        self._known: dict[str, list[Phrase]] = {}  # by those met words that begin any

    def find(self, words: Sequence[str]) -> list[tuple[Phrase, int]]:
        """Return each phrase with the place of its first word in a folded text."""
        known = self._known
        if not self._met.issuperset(words):
            for word in words:
                if word not in self._met and (phrases := self._beginning(word)):
                    known[word] = phrases
            self._met.update(words)
        if known.keys().isdisjoint(words):
            return []
        return [
            (phrase, place)
            for place, word in enumerate(words)
            for phrase in known.get(word, ())
            if phrase.begins(words, place)
        ]

    def _beginning(self, word: str) -> list[Phrase]:
        """Return the phrases that may begin with a word."""
        starts = [word[:length] for length in self._lengths if length <= len(word)]
        found = [phrase for start in starts for phrase in self._begun.get(start, ())]
        return [*self._whole.get(word, ()), *found]


def parse_phrases(pattern: str) -> list[tuple[str, ...]]:
    """Read the phrases of a rule; raises InvalidInput that says what to change."""
    phrases = [_phrase(part) for part in re.split(r"[;\n]", pattern) if part.strip()]
    if not phrases:
        raise InvalidInput(text("Write at least one word to look for."))
    return phrases


def _phrase(raw: str) -> tuple[str, ...]:
    found = [one for one in _PARTS.findall(fold(raw)) if one not in _SEPARATORS]
    for one in found:
        if not WORD.match(one) and one != NUMBER:
            raise InvalidInput(text("“%(it)s” cannot be looked for.", it=one))
        if one.endswith(ANY_END) and len(one) <= PREFIX_MIN:
            raise InvalidInput(
                text("Write %(count)s letters at least before a *.", count=PREFIX_MIN)
            )
    if not found or found[0] == NUMBER:
        raise InvalidInput(text("A phrase begins with a word."))
    return tuple(found)


def _fits(wanted: str, word: str) -> bool:
    if wanted == NUMBER:
        return bool(_AMOUNT.fullmatch(word) and word.strip("0.,"))
    if wanted.endswith(ANY_END):
        return word.startswith(wanted[:-1])
    return word == wanted
