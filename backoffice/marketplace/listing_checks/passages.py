"""The texts of a listing as folded words, each of which can be quoted where it stands."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from backoffice.core.search import fold
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.listing import ListingRevision

WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+|€")  # “4,90” is one word
AROUND = 32  # characters quoted before and after what was found

FIELDS = {
    "title": N_("Title"),
    "brand": N_("Brand"),
    "description": N_("Description"),
    "attributes": N_("Characteristics"),
}


class Passage:
    """One text of a listing; `field` names it as a finding's facts do."""

    def __init__(self, field: str, raw: str) -> None:
        self.field, self.raw = field, raw
        self.folded = fold(raw)
        self.words: Sequence[str] = WORD.findall(self.folded)

    @property
    def label(self) -> str:
        """Return what people call the field; English, for `text()`."""
        return FIELDS[self.field.partition(".")[0]]

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Return where each word stands in the folded text."""
        return [one.span() for one in WORD.finditer(self.folded)]

    @cached_property
    def _origins(self) -> list[int]:
        """Return for each folded character the place of the written one it came from."""
        places = [place for place, one in enumerate(self.raw) for _ in fold(one)]
        return [*places, len(self.raw)]

    def written(self, first: int, last: int) -> str:
        """Return words from `first` to `last`, counted from 0, as they were written."""
        start, end = self._place(first, last)
        return self.raw[start:end]

    def between(self, first: int, last: int) -> str:
        """Return all that stands between the first and the last of these words."""
        return self.folded[self.spans[first][0] : self.spans[last][1]]

    def quoted(self, first: int, last: int) -> Text:
        """Return the proof that words stand here: field, number of the word, the words around."""
        start, end = self._place(first, last)
        before, after = self.raw[max(0, start - AROUND) : start], self.raw[end : end + AROUND]
        return text(
            "%(field)s, word %(number)s: “%(quote)s”",
            field=text(self.label).to_json(),
            number=first + 1,
            quote="".join(
                (
                    "…" * (start > AROUND),
                    " ".join(f"{before}{self.raw[start:end]}{after}".split()),
                    "…" * (end + AROUND < len(self.raw)),
                )
            ),
        )

    def _place(self, first: int, last: int) -> tuple[int, int]:
        start, end = self.spans[first][0], self.spans[last][1]
        return self._origins[start], self._origins[end - 1] + 1


def passages_of(revision: ListingRevision) -> list[Passage]:
    """Return what a revision says in words, without what is empty."""
    return [Passage(field, raw) for field, raw in _texts(revision) if raw]


def _texts(revision: ListingRevision) -> Iterator[tuple[str, str]]:
    yield "title", revision.title
    yield "brand", revision.brand or ""
    yield "description", revision.description or ""
    for code, value in (revision.attributes or {}).items():
        yield f"attributes.{code}", str(value)
