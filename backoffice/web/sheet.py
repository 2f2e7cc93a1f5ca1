"""Lines of CSV: readable by French spreadsheets, and harmless in them."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from backoffice.core.clock import PARIS
from backoffice.core.money import Money
from backoffice.core.spreadsheet import FORMULA
from backoffice.web.text import say

CSV = "text/csv; charset=utf-8"
MARK = "\ufeff"
"""What a file begins with, so that spreadsheets see UTF-8."""


def line(cells: Iterable[str | int]) -> str:
    """Write one line; semicolons, as French spreadsheets expect."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()


def cell(value: Any) -> str | int:
    """Return a value as a cell; sentences are said in the reader's language."""
    if isinstance(value, datetime):
        return value.astimezone(PARIS).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, Money):
        return f"{value.amount_minor / 100:.2f}".replace(".", ",")
    return value if isinstance(value, int) else harmless(say(value))


def harmless(text: str) -> str:
    """Return a text as typed; one that a spreadsheet would compute gets an apostrophe."""
    return f"'{text}" if text.startswith(FORMULA) else text
