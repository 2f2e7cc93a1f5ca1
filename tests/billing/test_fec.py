"""The FEC: what is written passes its own inspection, and every kind of fault is found."""

from datetime import UTC, date, datetime
from random import Random

import pytest
import time_machine
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from backoffice.billing.fec import COLUMNS, fec, name_of
from backoffice.billing.fec_check import check
from backoffice.billing.fec_words import KINDS, label_of
from backoffice.billing.ledger import Line, Source, post, reverse
from backoffice.billing.ledger_model import JournalEntry, LedgerAccount, LedgerLine
from backoffice.billing.seal import seal_entries
from backoffice.cli import main
from backoffice.core.clock import now
from backoffice.core.refusal import NotPossible
from backoffice.marketplace.erasing.run import erase
from config.settings import INVENTED_SIREN, get_settings
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff, sign_in

NAME = "123456782FEC20251231.txt"
YEAR = 2025


@pytest.fixture(autouse=True)
def siren(monkeypatch):
    monkeypatch.setenv("COMPANY_SIREN", "123456782")
    get_settings.cache_clear()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()


def book(session, number, on, lines, **changes):
    entry_id = post(
        session, idem_key=f"k{number}", occurred_on=on, lines=lines,
        source=Source("x", f"x{number}"), **{"kind": "charge", "journal": "ST", **changes},
    )  # fmt: skip
    return session.get_one(JournalEntry, entry_id)


@pytest.fixture
def books(session):
    """Entries of two years, one not sealed."""
    seller = make_seller(session)
    seller.legal_name = "L’Atelier\tœuvré – “Łódź” €"
    old = (Line("517", 1200), Line("706200", -1000), Line("44571", -200))
    book(session, 1, date(2024, 11, 3), old)
    book(session, 2, date(2024, 12, 30), [Line("517", 700), Line("4671", -700, seller.id)])
    sale = [Line("411", 4990, seller.id), Line("706100", -4158), Line("44571", -832)]
    entry = book(session, 3, date(2025, 2, 1), sale, kind="plan_invoice.finalized", journal="VE",
                 piece_ref="F-1")  # fmt: skip
    book(session, 4, date(2025, 2, 3), [Line("4671", 250, seller.id), Line("517", -250)])
    reverse(session, entry, idem_key="r3", occurred_on=date(2025, 3, 5))
    seal_entries(session)
    book(session, 5, date(2025, 4, 1), old)
    return seller


def written(session, year=YEAR):
    return b"".join(fec(session, year))


def rows_of(raw):
    lines = raw.decode("iso-8859-15").split("\r\n")
    return [dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in lines[1:]]


def test_what_is_written_passes(session, books):
    raw = written(session)
    assert list(check(NAME, raw)) == []
    rows = rows_of(raw)
    assert rows[0]["JournalCode"] == "AN"
    opening = {(row["CompteNum"], row["CompAuxNum"]): (row["Debit"], row["Credit"])
               for row in rows if row["JournalCode"] == "AN"}  # fmt: skip
    assert opening == {
        ("517", ""): ("19,00", "0,00"), ("44571", ""): ("0,00", "2,00"),
        ("4671", books.external_id): ("0,00", "7,00"), ("120", ""): ("0,00", "10,00"),
    }  # fmt: skip
    sale = next(row for row in rows if row["PieceRef"] == "F-1")
    assert sale["EcritureLib"] == "Abonnement d'un vendeur"
    assert sale["CompAuxLib"] == 'L\'Atelier œuvré - "Lódz" €'
    assert [row["EcritureNum"] for row in rows if row["JournalCode"] == "VE"][::3] == ["1", "2"]
    assert not any("x5" in row["PieceRef"] for row in rows)


def opening_of(session, year):
    """Return the balances a year begins with, in cents, without those of sellers."""
    rows = rows_of(written(session, year))
    return {
        row["CompteNum"]: int(row["Debit"].replace(",", "")) - int(row["Credit"].replace(",", ""))
        for row in rows if row["JournalCode"] == "AN" and not row["CompAuxNum"]
    }  # fmt: skip


@time_machine.travel(datetime(2027, 12, 1, tzinfo=UTC))
def test_each_years_result_stands_until_it_is_allocated(session):
    book(session, 1, date(2024, 5, 1), [Line("517", 1000), Line("706100", -1000)])
    book(session, 2, date(2025, 5, 1), [Line("6278", 300), Line("517", -300)])
    book(session, 3, date(2025, 6, 1), [Line("120", 1000), Line("110", -1000)], journal="OD",
         kind="adjustment")  # fmt: skip
    seal_entries(session)
    assert opening_of(session, 2025) == {"517": 1000, "120": -1000}
    assert opening_of(session, 2026) == {"517": 700, "110": -1000, "129": 300}
    book(session, 4, date(2026, 5, 1), [Line("110", 300), Line("129", -300)], journal="OD",
         kind="adjustment")  # fmt: skip
    book(session, 5, date(2026, 6, 1), [Line("517", 50), Line("758", -50)])
    seal_entries(session)
    assert opening_of(session, 2027) == {"517": 750, "110": -700, "120": -50}
    for year in (2024, 2025, 2026, 2027):
        assert list(check(f"123456782FEC{year}1231.txt", written(session, year))) == []


def test_what_comes_late_for_a_year_follows_in_its_numbers(session, books):
    book(session, 20, date(2026, 1, 4), [Line("517", 5), Line("654", -5)])
    seal_entries(session)
    book(session, 21, date(2025, 12, 30), [Line("517", 7), Line("654", -7)])
    seal_entries(session)
    for year in (2025, 2026):
        assert list(check(f"123456782FEC{year}1231.txt", written(session, year))) == []


def test_what_is_not_sealed_is_not_carried_over_either(session, books):
    book(session, 22, date(2024, 12, 31), [Line("517", 50), Line("654", -50)])
    opening = [row for row in rows_of(written(session)) if row["JournalCode"] == "AN"]
    assert {"19,00"} == {row["Debit"] for row in opening if row["CompteNum"] == "517"}


def test_an_erased_seller_keeps_its_legal_name_there(app, session, books):
    books.legal_name = "Ateliers Brumaire"
    erase(session, books.party, at=now())
    session.flush()
    names = {row["CompAuxLib"] for row in rows_of(written(session)) if row["CompteNum"] == "411"}
    assert names == {"Ateliers Brumaire"}


def test_a_renamed_account_has_one_name(session, books):
    session.execute(
        update(LedgerAccount)
        .where(LedgerAccount.code == "4671", LedgerAccount.seller_id.is_(None))
        .values(name_fr="Vendeurs")
    )
    raw = written(session)
    assert list(check(NAME, raw)) == []
    assert {"Vendeurs"} == {row["CompteLib"] for row in rows_of(raw) if row["CompteNum"] == "4671"}


def test_a_year_without_one_before_has_no_opening(session, books):
    raw = written(session, 2024)
    assert list(check("123456782FEC20241231.txt", raw)) == []
    assert {row["JournalCode"] for row in rows_of(raw)} == {"ST"}


def replaced(row, column, value):
    """Return a spoiler that changes a column of a line, from 1 with the heading."""

    def spoil(raw):
        lines = raw.decode("iso-8859-15").split("\r\n")
        cells = lines[row - 1].split("\t")
        cells[COLUMNS.index(column)] = value
        lines[row - 1] = "\t".join(cells)
        return "\r\n".join(lines).encode("iso-8859-15")

    return spoil


def moved(source, target):
    def spoil(raw):
        lines = raw.split(b"\r\n")
        lines.insert(target - 1, lines.pop(source - 1))
        return b"\r\n".join(lines)

    return spoil


def dropped(*rows):
    def spoil(raw):
        lines = raw.split(b"\r\n")
        return b"\r\n".join(line for at, line in enumerate(lines, 1) if at not in rows)

    return spoil


def barred(raw):
    """Return the file with bars for tabs."""
    return raw.replace(b"\t", b"|")


def ended(by):
    return lambda raw: raw.replace(b"\r\n", by)


def at_line(number, spoil):
    """Return a spoiler of one line with its end."""

    def change(raw):
        lines = raw.splitlines(keepends=True)
        lines[number - 1] = spoil(lines[number - 1])
        return b"".join(lines)

    return change


# Lines: 1 heading, 2-5 opening, 6-8 VE 1, 9-10 ST 3, 11-13 VE 2.
SPOILED = {
    "utf-8": (lambda raw: raw.decode("iso-8859-15").encode(), 2, "", "encoding"),
    "semicolons": (lambda raw: raw.replace(b"\t", b";"), 1, "", "separator"),
    "a wrong heading": (replaced(1, "PieceRef", "Piece"), 1, "PieceRef", "header"),
    "a column too few": (lambda raw: raw.replace(b"\t\t\r\n", b"\t\r\n", 1), 2, "", "columns"),
    "a tab in a label": (replaced(6, "EcritureLib", "a\tb"), 6, "", "columns"),
    "an empty last line": (lambda raw: raw + b"\r\n", 14, "", "empty-line"),
    "a line end alone": (replaced(6, "EcritureLib", "a\nb"), 6, "", "line-end"),
    "a line that ends otherwise": (at_line(6, ended(b"\n")), 6, "", "line-end"),
    "a line of many that ends otherwise": (
        lambda raw: at_line(6, lambda line: line.replace(b"\n", b"\r\n"))(ended(b"\n")(raw)),
        6, "", "line-end",
    ),
    "an empty last line after LF": (lambda raw: ended(b"\n")(raw) + b"\n", 14, "", "empty-line"),
    "a carriage return in a label": (replaced(6, "EcritureLib", "a\rb"), 6, "", "line-end"),
    "a line with bars": (at_line(6, barred), 6, "", "separator"),
    "a line of many with tabs": (
        lambda raw: at_line(6, lambda line: line.replace(b"|", b"\t"))(barred(raw)),
        6, "", "separator",
    ),
    "a heading of both": (lambda raw: raw.replace(b"\t", b"|", 1), 1, "", "separator"),
    "a bar in a label": (
        lambda raw: barred(raw.replace(b"Abonnement", b"Abonnement|", 1)), 6, "", "columns",
    ),
    "no piece": (replaced(6, "PieceRef", ""), 6, "PieceRef", "mandatory"),
    "no label": (replaced(7, "EcritureLib", " "), 7, "EcritureLib", "mandatory"),
    "a day that is none": (replaced(6, "PieceDate", "20250230"), 6, "PieceDate", "date"),
    "a day written otherwise": (replaced(6, "ValidDate", "2025-02-01"), 6, "ValidDate", "date"),
    "another year": (replaced(9, "EcritureDate", "20240203"), 9, "EcritureDate", "year"),
    "validated too early": (replaced(9, "ValidDate", "20250101"), 9, "ValidDate", "validated"),
    "a point": (replaced(6, "Debit", "49.90"), 6, "Debit", "amount"),
    "a thousands separator": (replaced(6, "Debit", "1 049,90"), 6, "Debit", "amount"),
    "a negative amount": (replaced(6, "Debit", "-49,90"), 6, "Debit", "amount"),
    "no side": (replaced(6, "Debit", "0,00"), 6, "Credit", "sides"),
    "Windows-1252": (lambda raw: raw.replace(b"\xbd", b"\x9c"), 6, "", "encoding"),
    "a number without end": (replaced(6, "EcritureNum", "9" * 5_000), 6, "EcritureNum", "number"),
    "two sides": (replaced(6, "Credit", "1,00"), 6, "Credit", "sides"),
    "a cent too many": (replaced(6, "Debit", "49,91"), 6, "Debit", "balance"),
    "an account by name": (replaced(7, "CompteNum", "VENTES"), 7, "CompteNum", "account"),
    "an auxiliary of a sale": (replaced(7, "CompAuxNum", "V-1"), 7, "CompAuxNum", "auxiliary"),
    "an auxiliary without name": (replaced(6, "CompAuxLib", ""), 6, "CompAuxLib", "pair"),
    "half a lettering": (replaced(6, "EcritureLet", "A"), 6, "DateLet", "pair"),
    "half a currency": (replaced(6, "Idevise", "USD"), 6, "Idevise", "pair"),
    "two names of a journal": (replaced(13, "JournalLib", "Vents"), 13, "JournalLib", "one-name"),
    "two names of an account": (replaced(13, "CompteLib", "TVA"), 13, "CompteLib", "one-name"),
    "two days in an entry": (replaced(7, "EcritureDate", "20250202"), 7, "EcritureDate", "one-day"),
    "no number": (replaced(6, "EcritureNum", "A"), 6, "EcritureNum", "number"),
    "a gap": (
        lambda raw: raw.replace(b"VE\tVentes\t2\t", b"VE\tVentes\t4\t"), 11,
        "EcritureNum", "gap",
    ),
    "an entry in two places": (moved(8, 10), 10, "EcritureNum", "apart"),
    "the wrong order": (
        lambda raw: raw.replace(b"VE\tVentes\t1\t", b"VE\tVentes\t9\t"), 11,
        "EcritureNum", "order",
    ),
    "a line dropped": (dropped(7), 6, "Debit", "balance"),
    "the opening last": (
        lambda raw: b"\r\n".join([*raw.split(b"\r\n")[:1], *raw.split(b"\r\n")[5:],
                                  *raw.split(b"\r\n")[1:5]]), 10, "JournalCode", "opening",
    ),
    "no entry": (dropped(*range(2, 14)), 1, "", "empty"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_copy_fails_with_its_line_and_reason(session, books, name):
    spoil, line, column, rule = SPOILED[name]
    raw = written(session)
    assert spoil(raw) != raw
    found = {(one.line, one.column, one.rule) for one in check(NAME, spoil(raw))}
    assert (line, column, rule) in found


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("parted", [bytes, barred])
def test_tabs_or_bars_and_any_line_end_pass(session, books, parted, end):
    raw = parted(ended(end)(written(session)))
    assert raw.count(end) == 12
    for pieces in (raw, [raw[at : at + 1] for at in range(len(raw))]):
        assert list(check(NAME, pieces)) == []


@pytest.mark.parametrize("parted", [bytes, barred])
def test_other_separators_hide_no_fault(session, books, parted):
    raw = parted(ended(b"\n")(replaced(6, "Debit", "49,91")(written(session))))
    assert [(one.line, one.rule) for one in check(NAME, raw)] == [(6, "balance")]


@pytest.mark.parametrize(
    "name", ["FEC.txt", "123456782FEC20251331.txt", "123456782FEC20251231.csv"]
)
def test_a_wrong_name_is_found(session, books, name):
    assert [one.rule for one in check(name, written(session))] == ["name"]


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_it_is_read_in_pieces_as_whole(session, books, size):
    raw = replaced(6, "Debit", "49,91")(written(session))
    pieces = [raw[at : at + size] for at in range(0, len(raw), size)]
    assert list(check(NAME, pieces)) == list(check(NAME, raw))


@settings(
    max_examples=8, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each is rolled back
)  # fmt: skip
@given(seed=st.integers(0, 10_000), count=st.integers(1, 25))
def test_whatever_is_posted_it_passes_and_sums_up_to_the_books(session, seed, count):
    chance = Random(seed)
    with session.begin_nested() as point:
        for number in range(count):
            amount = chance.randrange(1, 10**9)
            codes = chance.sample(("517", "580", "706200", "44571", "654", "512"), 2)
            book(session, number, date(YEAR, chance.randrange(1, 13), chance.randrange(1, 29)),
                 [Line(codes[0], amount), Line(codes[1], -amount)],
                 journal=chance.choice(("ST", "VE", "OD")), kind=chance.choice((*KINDS, "other")),
                 piece_ref=chance.choice(("", "F-1", "ż\n’\t")))  # fmt: skip
        seal_entries(session)
        raw = written(session)
        assert list(check(NAME, raw)) == []
        total = session.scalar(
            select(func.sum(LedgerLine.amount_minor)).where(LedgerLine.amount_minor > 0)
        )
        assert sum(int(row["Debit"].replace(",", "")) for row in rows_of(raw)) == total
        point.rollback()


def test_years_and_currencies_that_cannot_be_exported_are_refused(session, books, monkeypatch):
    for year in (0, 1999, 2999):
        with pytest.raises(NotPossible, match=r"Give a year"):
            fec(session, year)
    book(session, 9, date(YEAR, 5, 1), [Line("517", 5), Line("654", -5)], currency="USD")
    with pytest.raises(NotPossible, match=r"currency"):
        fec(session, YEAR)
    monkeypatch.delenv("COMPANY_SIREN")
    production = get_settings().model_copy(
        update={"environment": "production", "company_siren": INVENTED_SIREN}
    )
    monkeypatch.setattr("backoffice.billing.fec.get_settings", lambda: production)
    with pytest.raises(NotPossible, match=r"COMPANY_SIREN"):
        name_of(YEAR)


def test_every_kind_that_is_posted_has_its_label(session, books):
    kinds = session.scalars(select(JournalEntry.kind)).all()
    assert all(label_of(kind) != kind for kind in kinds)
    assert label_of("refund.reversed") == "Annulation : Remboursement à l’acheteur"


def test_the_command_reads_a_file(tmp_path, session, books):
    path = tmp_path / NAME
    path.write_bytes(written(session))
    answer = CliRunner().invoke(main, ["ledger", "check-fec", str(path)])
    assert (answer.exit_code, "no fault" in answer.output) == (0, True)
    path.write_bytes(replaced(6, "Debit", "49,91")(written(session)))
    answer = CliRunner().invoke(main, ["ledger", "check-fec", str(path)])
    assert answer.exit_code == 1
    assert "6 Debit balance" in answer.output


def test_finance_takes_it_from_the_page_and_others_do_not(client, session, books):
    for role, status in (("finance", 200), ("auditor", 404), ("support", 404)):
        sign_in(client, session, make_staff(session, role=role))
        assert client.get("/billing/exports").status_code == status
        with client.get(f"/billing/exports/fec?year={YEAR}", buffered=True) as answer:
            assert answer.status_code == status
    sign_in(client, session, make_staff(session, role="finance"))
    answer = client.get(f"/billing/exports/fec?year={YEAR}")
    assert answer.data == written(session)
    assert NAME in answer.headers["Content-Disposition"]
    notice = client.get("/billing/exports/fec-notice").get_data(as_text=True)
    assert all(column in notice for column in COLUMNS)
    assert client.get("/billing/exports/fec?year=2999").status_code == 303
