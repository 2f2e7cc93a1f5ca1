"""Protected brands in a text: the name itself, the name in disguise, a name that is close to it.

Whole words are compared, never parts of words: “pomme” is not “Pom”. A close name is measured by
Levenshtein's distance over the longer name; names are indexed, so thousands cost little.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import add
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from backoffice.core.search import fold
from backoffice.marketplace.brand import ProtectedBrand
from backoffice.marketplace.listing_checks.passages import WORD, Passage

SIMILAR_MIN = 5  # letters: in shorter names one letter makes another word
_GLUED = re.compile(
    r"(?<![^\W_])(?:[^\W_]++(?:[-._*·+]++[^\W_]++)+|(?:[^\W_][ ._*-]){2,}[^\W_](?![^\W_]))"
)
_ODD = re.compile(r"[0-9]|[^\x00-\x7f]")
_LOOKALIKES = str.maketrans(
    "01345789ıаеорсухѕіјԁһкмтвнαεοιρτυκνβμ", "oieastbg" + "iaeopcyxsijdhkmtbhaeoiptukvbm"
)


class Hit(NamedTuple):
    """A brand found in a text, from word to word; `percent` under 100 is a close name."""

    brand: ProtectedBrand
    first: int
    last: int
    percent: int = 100
    is_disguised: bool = False


class BrandIndex:
    """Many brands, found by their folded names with nothing between the words."""

    def __init__(self, brands: Iterable[ProtectedBrand] = ()) -> None:
        self._exact: dict[str, tuple[int, ProtectedBrand]] = {}
        self._by_count: defaultdict[int, list[str]] = defaultdict(list)
        for brand in brands:
            words = WORD.findall(fold(brand.name))
            if not words:
                continue
            name = "".join(words)
            self._exact[name] = (len(words), brand)
            if len(name) >= SIMILAR_MIN:
                self._by_count[len(words)].append(name)
        # By count, what is closest to words that were met: they recur.
        self._close: dict[int, dict[str, tuple[str, float] | None]] = {
            count: {} for count in self._by_count
        }
        self._counts = sorted({1, *(count for count, _ in self._exact.values())})

    def find(self, passage: Passage, *, percent_min: int | None) -> list[Hit]:
        """Return each brand that a text names, once; close names too where a least is given."""
        if not self._exact:
            return []
        found: dict[int, Hit] = {}
        for hit in (*self._named(passage.words), *self._disguised(passage)):
            found.setdefault(id(hit.brand), hit)
        if percent_min is not None:
            for hit in self._similar(passage.words, percent_min):
                found.setdefault(id(hit.brand), hit)
        return list(found.values())

    def _named(self, words: Sequence[str]) -> Iterator[Hit]:
        exact = self._exact
        for count in self._counts:
            names = _in_a_row(words, count)
            if exact.keys().isdisjoint(names):
                continue
            for first, name in enumerate(names):
                if name in exact and count in (1, exact[name][0]):
                    yield Hit(exact[name][1], first, first + count - 1)

    def _disguised(self, passage: Passage) -> Iterator[Hit]:
        """Find names with signs between the letters, or with digits and foreign letters in them."""
        for glued in _GLUED.finditer(passage.folded):
            name = "".join(WORD.findall(glued.group()))
            if name in self._exact:
                starts = [start for start, _ in passage.spans]
                first = bisect_right(starts, glued.start()) - 1
                last = bisect_right(starts, glued.end() - 1) - 1
                yield Hit(self._exact[name][1], first, last, is_disguised=True)
        if not _ODD.search(passage.folded):
            return
        for place, word in enumerate(passage.words):
            if (word.isascii() and word.isalpha()) or word.isdigit():
                continue
            for name in (
                word.translate(_LOOKALIKES),
                word.replace("1", "l").translate(_LOOKALIKES),
            ):
                if name != word and name in self._exact:
                    yield Hit(self._exact[name][1], place, place, is_disguised=True)

    def _similar(self, words: Sequence[str], percent_min: int) -> Iterator[Hit]:
        for count, known in self._close.items():
            for first, name in enumerate(_in_a_row(words, count)):
                if name not in known:
                    known[name] = self._closest(count, name)
                close = known[name]
                if close and close[1] * 100 >= percent_min:
                    brand = self._exact[close[0]][1]
                    yield Hit(brand, first, first + count - 1, int(close[1] * 100))

    def _closest(self, count: int, name: str) -> tuple[str, float] | None:
        """Return the closest name of so many words with its likeness."""
        if len(name) < SIMILAR_MIN or name in self._exact:
            return None
        best = process.extractOne(
            name,
            self._by_count[count],
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=0.7,
        )
        return (best[0], best[1]) if best else None


def _in_a_row(words: Sequence[str], count: int) -> Sequence[str]:
    """Return the words, or every so many of them in a row as one."""
    joined = words
    for following in range(1, count):
        joined = [*map(add, joined, words[following:])]
    return joined


def brands_in_force(session: Session, at: datetime) -> Sequence[ProtectedBrand]:
    """Return the newest row of each brand that is protected at a time."""
    newest = (
        select(ProtectedBrand)
        .where(ProtectedBrand.starts_at <= at)
        .ext(distinct_on(ProtectedBrand.name))
        .order_by(ProtectedBrand.name, ProtectedBrand.starts_at.desc())
    )
    return [row for row in session.scalars(newest) if not row.ends_at or row.ends_at > at]
