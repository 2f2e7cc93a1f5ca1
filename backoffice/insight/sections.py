"""Figures in sections: the same tables as a page shows them and as a file holds them."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from backoffice.core.text import N_, Text
from backoffice.web.sheet import AsIs
from backoffice.web.text import say

Value = int | float | timedelta | None
"""A count, a share of 1, a time; None where there is nothing to measure."""


class Row(NamedTuple):
    """One line: what it counts, a sentence or a name from the data, and a value per column."""

    label: str | Text
    values: Sequence[Value]


class Section(NamedTuple):
    """One table with what has to be known to read it; `first` heads its labels."""

    name: str
    title: str
    note: str
    first: str
    heads: Sequence[str]
    rows: Sequence[Row]


def said(label: str | Text) -> str:
    """Return a label: a sentence in the reader's language, a name as it is."""
    return say(label) if isinstance(label, Text) else label


def file_rows(sections: Sequence[Section]) -> Iterator[tuple[Any, ...]]:
    """Yield one row per figure: section, line, column, value; times are in hours."""
    yield N_("Section"), N_("Line"), N_("Column"), N_("Value")
    for section in sections:
        for row in section.rows:
            for head, value in zip(section.heads, row.values, strict=True):
                yield section.title, AsIs(said(row.label)), head, value
