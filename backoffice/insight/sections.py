"""Figures in sections: the same tables as a page shows them and as a file holds them."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from backoffice.core.text import N_, Text
from backoffice.web.sheet import MARK, cell, harmless, line
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


def csv_lines(sections: Sequence[Section]) -> Iterator[str]:
    """Yield one line per figure: section, line, column, value; times are in hours."""
    heads = (N_("Section"), N_("Line"), N_("Column"), N_("Value"))
    yield MARK + line(say(head) for head in heads)
    for section in sections:
        for row in section.rows:
            for head, value in zip(section.heads, row.values, strict=True):
                yield line(
                    [cell(section.title), harmless(said(row.label)), cell(head), _plain(value)]
                )


def _plain(value: Value) -> str | int:
    if value is None:
        return ""
    if isinstance(value, timedelta):
        return f"{value.total_seconds() / 3600:.1f}".replace(".", ",")
    return f"{value:.3f}".replace(".", ",") if isinstance(value, float) else value
