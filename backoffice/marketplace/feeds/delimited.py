"""Rows of CSV and TSV, one at a time: a stray quote or a ragged row costs that row alone."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from backoffice.core.text import Text, text
from backoffice.marketplace.feeds.record import (
    CELL_MAX,
    LINE_MAX,
    Dialect,
    Place,
    Record,
    UnreadableFile,
)

RECORD_LINES_MAX = 500  # that one row may take, a description's line ends included
LONG_LINE = text("Line %(line)s is longer than 2 MB: this is not a table, or its line ends are"
                 " those of an old Mac.")  # fmt: skip
UNCLOSED = text("A quotation mark opens here and does not close where it should: double it inside"
                " a cell, or remove it.")  # fmt: skip
NUL = text("This line holds NUL characters: save the file again as CSV.")
LONG_CELL = text("A cell has more than %(count)s characters.", count=CELL_MAX)

csv.field_size_limit(LINE_MAX)


class _Line(NamedTuple):
    """A physical line: its number, where the next begins, its text; None: not in the encoding."""

    number: int
    end: int
    text: str | None


class _Lines:
    """The lines of a file from a place on; some may be put back."""

    def __init__(self, file: BinaryIO, encoding: str, start: Place) -> None:
        self._file, self._encoding = file, encoding
        self._offset, self._number = start
        self._back: deque[_Line] = deque()
        file.seek(start.bytes)

    def next(self) -> _Line | None:
        """Return the next line, or None at the end."""
        if self._back:
            return self._back.popleft()
        raw = self._file.readline(LINE_MAX + 1)
        if not raw:
            return None
        self._offset, self._number = self._offset + len(raw), self._number + 1
        if len(raw) > LINE_MAX:
            raise UnreadableFile(LONG_LINE._replace(values={"line": self._number}))
        try:
            return _Line(self._number, self._offset, raw.decode(self._encoding))
        except UnicodeDecodeError:
            return _Line(self._number, self._offset, None)

    def put_back(self, lines: list[_Line]) -> None:
        """Give lines back, to be read again."""
        self._back.extendleft(reversed(lines))


def rows(file: BinaryIO, dialect: Dialect, start: Place | None = None) -> Iterator[Record]:
    """Yield the rows of a table from a place on, empty lines left out."""
    lines = _Lines(file, dialect.encoding, start or dialect.start)
    while (line := lines.next()) is not None:
        if line.text is None or line.text.strip(" \t\r\n" + dialect.separator):
            yield _row(lines, line, dialect)


def _row(lines: _Lines, first: _Line, dialect: Dialect) -> Record:
    """Read the row that begins with a line; a quote that swallows other rows is undone."""
    taken: list[_Line] = []
    line: _Line | None = first
    problem = UNCLOSED
    while line is not None and len(taken) < RECORD_LINES_MAX:
        taken.append(line)
        found = _wrong(line, dialect)
        if found:
            problem = found
            break
        try:
            cells = _cells([one.text or "" for one in taken], dialect.separator)
        except csv.Error:
            break
        if cells is not None:
            record = _record(first.number, cells, taken[-1], dialect)
            if record.problem is None or len(taken) == 1:
                return record
            break
        line = lines.next()
    lines.put_back(taken[1:])
    return _record(first.number, _as_is(first, dialect), first, dialect)._replace(problem=problem)


def _wrong(line: _Line, dialect: Dialect) -> Text | None:
    if line.text is None:
        return text("This line is not written in %(encoding)s, as the rest of the file is.",
                    encoding=dialect.encoding)  # fmt: skip
    return NUL if "\0" in line.text else None


def _cells(lines: list[str], separator: str) -> list[str] | None:
    """Return the cells of these lines as one row; None while a quote is open."""
    if '"' not in lines[0]:
        return lines[0].rstrip("\r\n").split(separator)
    try:
        return next(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            return None
        raise


def _as_is(line: _Line, dialect: Dialect) -> list[str]:
    """Return the cells of a line that is no proper row, so that its sender knows it again."""
    shown = (line.text or "").replace("\0", "").rstrip("\r\n")[:CELL_MAX]
    return shown.split(dialect.separator)[: len(dialect.headers)]


def _record(number: int, cells: list[str], last: _Line, dialect: Dialect) -> Record:
    wanted, problem = len(dialect.headers), None
    while len(cells) > wanted and not cells[-1].strip():
        cells.pop()
    if len(cells) != wanted:
        problem = text("This row has %(count)s cells, the heading %(wanted)s.",
                       count=len(cells), wanted=wanted)  # fmt: skip
    elif max(map(len, cells)) > CELL_MAX:
        problem = LONG_CELL
    values = dict(zip(dialect.headers, cells, strict=False))
    return Record(number, values, Place(last.end, last.number), problem)
