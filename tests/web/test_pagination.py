"""Keyset pages: every row once, forward and back, whatever the cursor says."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import BigInteger, Column, DateTime, MetaData, Table, func, insert, literal, select

from backoffice.web.pagination import Count, Cursor, Keyset, count_up_to

START = datetime(2026, 6, 4, 8, tzinfo=UTC)
METADATA = MetaData()
ROWS = Table(
    "paged_row",
    METADATA,
    Column("id", BigInteger, primary_key=True),
    Column("due_at", DateTime(timezone=True)),
)
KEYSET = Keyset((ROWS.c.due_at, ROWS.c.id))


@pytest.fixture
def rows(session):
    METADATA.create_all(session.connection())
    due = [{"id": n, "due_at": START + timedelta(hours=n // 3)} for n in range(1, 24)]
    session.execute(insert(ROWS), due)
    return session


def walk(session, keyset, size):
    page = keyset.page(session, select(ROWS.c.id), None, size)
    pages = [page]
    while page.after:
        page = keyset.page(session, select(ROWS.c.id), page.after, size)
        pages.append(page)
    return pages


@pytest.mark.parametrize("size", [1, 5, 22, 23, 50])
@pytest.mark.parametrize("descending", [False, True])
def test_every_row_once(rows, size, descending):
    pages = walk(rows, Keyset(KEYSET.columns, descending), size)
    found = [n for page in pages for n in page.rows]
    assert found == sorted(range(1, 24), reverse=descending)
    assert [page.first for page in pages] == list(range(1, 24, size))
    assert pages[0].before is None
    assert pages[-1].last == 23


def test_back_is_where_one_came_from(rows):
    pages = walk(rows, KEYSET, 5)
    page = pages[-1]
    for earlier in reversed(pages[:-1]):
        page = KEYSET.page(rows, select(ROWS.c.id), page.before, 5)
        assert (page.rows, page.first) == (earlier.rows, earlier.first)
    assert page.before is None


def test_rows_of_several_columns_keep_their_names(rows):
    page = KEYSET.page(rows, select(ROWS.c.id.label("number"), ROWS.c.due_at.label("due")), None, 2)
    assert page.rows[0].number == 1
    assert page.rows[0].due == START


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!!",
        "bm9uc2Vuc2U",
        "W10",
        Cursor(("2026-06-04", 1), False, 1).write(),
        Cursor((START, "1"), False, 1).write(),
        Cursor((START, True), False, 1).write(),
        Cursor((START, 2**63), False, 1).write(),
        Cursor((START,), False, 1).write(),
        Cursor((START, 1), False, "1").write(),
        "é" * 40,
    ],
)
def test_an_odd_cursor_gives_the_first_page(rows, cursor):
    page = KEYSET.page(rows, select(ROWS.c.id), cursor, 3)
    assert page.rows == [1, 2, 3]


def test_a_cursor_past_the_end_is_an_empty_page(rows):
    cursor = Cursor((START + timedelta(days=9), 99), False, 24).write()
    page = KEYSET.page(rows, select(ROWS.c.id), cursor, 3)
    assert (page.rows, page.before, page.after) == ([], None, None)


@pytest.mark.usefixtures("request_of")
def test_counts_are_exact_up_to_a_limit(rows):
    assert count_up_to(rows, select(ROWS).order_by(ROWS.c.id)) == Count(23, False)
    assert count_up_to(rows, select(ROWS), 23) == Count(23, False)
    assert count_up_to(rows, select(ROWS), 22) == Count(22, True)
    assert str(Count(10_000, True)) == "10\N{NARROW NO-BREAK SPACE}000+"
    many = select(func.generate_series(1, 20_000).table_valued("n").c.n)
    assert count_up_to(rows, many) == Count(10_000, True)
    assert count_up_to(rows, select(literal(1))) == Count(1, False)
