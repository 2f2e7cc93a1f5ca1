"""Rows as a file, CSV or XLSX: readable by French spreadsheets, and harmless in them."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from tempfile import TemporaryFile
from typing import Any

from flask import Response, stream_with_context
from xlsxwriter import Workbook

from backoffice.core.clock import PARIS
from backoffice.core.money import Money
from backoffice.core.spreadsheet import FORMULA
from backoffice.web.text import say

Rows = Iterable[Iterable[Any]]
"""Lines of cells, the first one the headings: sentences, times, amounts, numbers; None is empty."""

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARK = "\ufeff"
"""What a file begins with, so that spreadsheets see UTF-8."""
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
ROWS_MAX, TEXT_MAX = 1_048_576, 32_767  # of a sheet, of a cell: more is refused by spreadsheets
WIDTH = 18  # characters
PIECE = 1 << 16
FORMATS = {
    "amount": ("{:.2f}", "#,##0.00"),
    "share": ("{:.3f}", "0.000"),
    "hours": ("{:.1f}", "0.0"),
    "day": ("{:%Y-%m-%d}", "dd/mm/yyyy"),
    "time": ("{:%Y-%m-%d %H:%M}", "dd/mm/yyyy hh:mm"),
}
"""How each kind of value is written in CSV, and how a workbook shows the value itself."""


class AsIs(str):
    """A name out of the data: no sentence of ours, so that it is never translated."""

    __slots__ = ()


def sheet_file(form: str, name: str, rows: Rows) -> Response:
    """Return rows as a file to save; `form` is `csv` or `xlsx`, as the address says it."""
    pieces: Iterator[Any] = csv_pieces(rows) if form == "csv" else xlsx_pieces(rows)
    content_type = CSV if form == "csv" else XLSX
    response = Response(stream_with_context(pieces), content_type=content_type)
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{form}")
    return response


def csv_pieces(rows: Rows) -> Iterator[str]:
    """Yield rows as lines of CSV; a text that a spreadsheet would compute gets an apostrophe."""
    for number, row in enumerate(rows):
        yield ("" if number else MARK) + line(map(cell, row))


def line(cells: Iterable[str | int]) -> str:
    """Write one line; semicolons, as French spreadsheets expect."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()


def cell(value: Any) -> str | int:
    """Return a value as a cell of CSV; sentences are said in the reader's language."""
    plain, kind = _typed(value)
    if kind:
        return FORMATS[kind][0].format(plain).replace(".", ",")
    return plain if isinstance(plain, int) else harmless(plain)


def harmless(text: str) -> str:
    """Return a text as typed; one that a spreadsheet would compute gets an apostrophe."""
    return f"'{text}" if text.startswith(FORMULA) else text


def xlsx_pieces(rows: Rows, rows_max: int = ROWS_MAX) -> Iterator[bytes]:
    """Yield rows as a workbook, made on disk line by line; a sheet that is full is followed on."""
    with TemporaryFile() as file:
        with Workbook(file, OPTIONS) as book:
            _fill(book, iter(rows), rows_max)
        file.seek(0)
        yield from iter(partial(file.read, PIECE), b"")


def _fill(book: Workbook, rows: Iterator[Iterable[Any]], rows_max: int) -> None:
    """Write rows, the headings again on each sheet."""
    formats = {kind: book.add_format({"num_format": code}) for kind, (_, code) in FORMATS.items()}
    bold = book.add_format({"bold": True})
    heads, row = list(next(rows)), next(rows, None)
    while True:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heads) - 1, WIDTH)
        sheet.write_row(0, 0, map(_words, heads), bold)
        for number in range(1, rows_max):
            if row is None:
                return
            for column, (plain, kind) in enumerate(map(_typed, row)):
                shown = plain[:TEXT_MAX] if isinstance(plain, str) else plain
                sheet.write(number, column, shown, formats.get(kind))
            row = next(rows, None)


def _typed(value: Any) -> tuple[Any, str]:
    """Return a value as a spreadsheet holds it, and its kind; numbers and words have none."""
    typed: tuple[Any, str]
    match value:
        case int():
            typed = value, ""
        case datetime():
            typed = value.astimezone(PARIS).replace(tzinfo=None, microsecond=0), "time"
        case date():
            typed = value, "day"
        case Money():
            typed = value.amount_minor / 100, "amount"
        case timedelta():
            typed = value / timedelta(hours=1), "hours"
        case float():
            typed = value, "share"
        case _:
            typed = _words(value), ""
    return typed


def _words(value: Any) -> str:
    return str(value) if isinstance(value, AsIs) else say(value)
