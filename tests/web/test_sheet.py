"""Rows as files: the same values in CSV and in a workbook, nothing that a spreadsheet computes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from backoffice.core.money import Money
from backoffice.core.text import text
from backoffice.web.sheet import TEXT_MAX, AsIs, csv_pieces, xlsx_pieces
from tests.workbook import rows_of, sheets_of

HEADS = ("Day", "Refused", "Nothing")
DANGEROUS = (
    "=1+1",
    "{=1+1}",
    "+33 1",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "https://example.com",
    "mailto:a@b",
)


@pytest.fixture(autouse=True)
def _french(app):
    with app.test_request_context("/?lang=fr"):
        yield


def written(*rows):
    return b"".join(xlsx_pieces([HEADS, *rows]))


def lines(*rows):
    return "".join(csv_pieces([HEADS, *rows])).removeprefix("\ufeff").splitlines()


@pytest.mark.parametrize(
    ("value", "held", "in_csv"),
    [
        (Money(-123_456_789_01), -123_456_789.01, "-123456789,01"),
        (Money(5), 0.05, "0,05"),
        (7, 7, "7"),
        (0.12345, 0.12345, "0,123"),
        (timedelta(minutes=90), 1.5, "1,5"),
        (date(2026, 3, 29), datetime(2026, 3, 29), "2026-03-29"),  # noqa: DTZ001
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), datetime(2026, 7, 2, 0, 30),  # noqa: DTZ001
         "2026-07-02 00:30"),
        (None, None, ""),
        ("", None, ""),
        (text("Refused"), "Refusé", "Refusé"),
        (AsIs("Refused"), "Refused", "Refused"),
        ("007", "007", "007"),
        ("a\x01b", "a_x0001_b", "a\x01b"),
    ],
)  # fmt: skip
def test_a_value_is_held_as_what_it_is(value, held, in_csv):
    (row,) = rows_of(written((value, "end", "end")))
    assert row[0] == (pytest.approx(held) if isinstance(held, float) else held)
    assert lines((value, "end", "end"))[1] == f"{in_csv};end;end"


@pytest.mark.parametrize("typed", DANGEROUS)
def test_text_stays_text(typed):
    (row,) = rows_of(written((AsIs(typed), typed, 1)))  # refuses a formula
    assert row == [typed, typed, 1]
    starts = lines((typed, 1, 1))[1].strip('"')[0]
    assert (starts == "'") is (typed[0] in "=+-@\t")


def test_headings_are_said_in_the_readers_language():
    assert sheets_of(written())[0] == [["Jour", "Refusé", "Nothing"]]
    assert lines() == ["Jour;Refusé;Nothing"]


def test_what_a_sheet_cannot_hold_goes_on_the_next_one():
    found = sheets_of(b"".join(xlsx_pieces([HEADS, *([number] for number in range(5))], 3)))
    assert [[row[0] for row in rows] for rows in found] == [
        ["Jour", 0, 1], ["Jour", 2, 3], ["Jour", 4]
    ]  # fmt: skip


def test_a_text_that_no_cell_holds_is_cut_not_dropped():
    (row,) = rows_of(written(("x" * (TEXT_MAX + 9), 1, 1)))
    assert row[0] == "x" * TEXT_MAX
