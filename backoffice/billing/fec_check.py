"""Reading a FEC as an inspector would: each fault by its line, its column and the rule it breaks.

The rules are those of LPF art. A47 A-1 (VII) and of the tax authorities' own comments
(BOI-CF-IOR-60-40-20): columns are parted by tabs or by bars, lines end with CR, LF or both, and it
is one of them throughout. The file is read line by line, however long it is.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from stdnum.fr import siren

from backoffice.billing.fec import COLUMNS, ENCODING, OPENING

NAME = re.compile(r"(\d{9})FEC(\d{8})\.txt")
NUMBER = re.compile(r"\d{1,18}")
SEPARATORS = ("\t", "|")
LINE_END = re.compile(rb"\r\n|\n|\r(?=.)", re.DOTALL)  # CR alone: once no LF can follow
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
AMOUNT = re.compile(r"\d{1,15},\d{2}")
SIGNED = re.compile(r"-?\d{1,15},\d{2}")
ACCOUNT = re.compile(r"[1-8]\d{2}[0-9A-Za-z]*")
THIRD_PARTY = ("40", "41", "42", "43", "44", "45", "46")
MANDATORY = frozenset(COLUMNS) - {
    "CompAuxNum", "CompAuxLib", "EcritureLet", "DateLet", "Montantdevise", "Idevise",
}  # fmt: skip
PAIRS = (("CompAuxNum", "CompAuxLib"), ("EcritureLet", "DateLet"), ("Montantdevise", "Idevise"))
DATES = ("EcritureDate", "PieceDate", "ValidDate", "DateLet")


class Fault(NamedTuple):
    """One thing that is wrong: the line (from 1), the column, the rule, what to change."""

    line: int
    column: str
    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.line} {self.column or '-'} {self.rule}: {self.what}"


@dataclass
class _Entry:
    """The entry that is being read."""

    line: int
    journal: str
    number: str
    on: str
    cents: int = 0


@dataclass
class _Reader:
    """What is known of the lines before."""

    first_day: date
    last_day: date
    line_end: bytes = b""  # of the first line; none where there is only one
    separator: str = SEPARATORS[0]  # of the heading
    entry: _Entry | None = None
    numbers: dict[str, int] = field(default_factory=dict)
    journals: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    has_entries: bool = False


def check(name: str, raw: bytes | Iterable[bytes]) -> Iterator[Fault]:
    """Yield every fault of a file; `raw` is its content, whole or in pieces."""
    found = NAME.fullmatch(name)
    closed = _date(found[2]) if found else None
    if closed is None:
        yield Fault(0, "", "name", "Name the file SIRENFECAAAAMMJJ.txt after the closing day.")
        closed = date(1, 12, 31)
    elif found is not None and not siren.is_valid(found[1]):
        yield Fault(0, "", "name", "Begin the name with a SIREN whose check digit is right.")
    is_named = found is not None and closed.year > 1
    begin = date(closed.year, 1, 1) if is_named else date.min
    reader = _Reader(begin, closed if is_named else date.max)
    number = 0
    for number, (line, end) in enumerate(_lines_of(raw), start=1):
        reader.line_end = reader.line_end or end
        if end not in (reader.line_end, b""):
            yield Fault(number, "", "line-end", "End each line as the first, and no label inside.")
        yield from _read(reader, number, line)
    if number < 2:
        yield Fault(number, "", "empty", "The file holds no entry.")
    yield from _balanced(reader.entry)


def _lines_of(raw: bytes | Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield each line and its end; after the last end there is one more, be it empty."""
    rest = b""
    for piece in (raw,) if isinstance(raw, bytes) else raw:
        rest, at = rest + piece, 0
        for found in LINE_END.finditer(rest):
            yield rest[at : found.start()], found[0]
            at = found.end()
        rest = rest[at:]
    if rest.endswith(b"\r"):  # the last of the file
        yield rest[:-1], b"\r"
        rest = b""
    yield rest, b""


def _read(reader: _Reader, number: int, line: bytes) -> Iterator[Fault]:
    try:
        words = line.decode(ENCODING)
        line.decode("utf-8")
        is_other = not line.isascii()
    except UnicodeDecodeError:
        is_other, words = False, line.decode(ENCODING, "replace")
    if is_other:
        yield Fault(number, "", "encoding", "Write the file in ISO 8859-15, not in UTF-8.")
    if CONTROL.search(words):
        yield Fault(number, "", "encoding", "Write no control characters: is it Windows-1252?")
    if number == 1:
        yield from _header(reader, words)
        return
    if not words:
        yield Fault(number, "", "empty-line", "Leave no line empty, nor the last one.")
        return
    cells = words.split(reader.separator)
    if len(cells) != len(COLUMNS):
        yield _uneven(reader, number, words, len(cells))
        return
    row = dict(zip(COLUMNS, cells, strict=True))
    yield from _cells(reader, number, row)
    yield from _names(reader, number, row)
    yield from _sequence(reader, number, row)


def _header(reader: _Reader, words: str) -> Iterator[Fault]:
    """Look at the heading; what separates its columns does so in the whole file."""
    found = [one for one in SEPARATORS if one in words]
    if len(found) != 1:
        yield Fault(1, "", "separator", "Separate the columns with tabs, or all of them with |.")
    reader.separator = max(SEPARATORS, key=words.count)
    names = words.split(reader.separator)
    if found and names != list(COLUMNS):
        wrong = next((a for a, b in zip(COLUMNS, names, strict=False) if a != b), COLUMNS[-1])
        yield Fault(1, wrong, "header", "Name the 18 columns in their order.")


def _uneven(reader: _Reader, number: int, words: str, count: int) -> Fault:
    """Say why a line has not the columns it should: separated otherwise, or one too many."""
    if any(len(words.split(one)) == len(COLUMNS) for one in SEPARATORS):
        return Fault(number, "", "separator", "Separate this line as the heading is.")
    said = f"Write {len(COLUMNS)} columns; this line has {count}."
    return Fault(number, "", "columns", said)


def _cells(reader: _Reader, number: int, row: dict[str, str]) -> Iterator[Fault]:
    for name in COLUMNS:
        if name in MANDATORY and not row[name].strip():
            yield Fault(number, name, "mandatory", "Fill this column.")
    for one, other in PAIRS:
        if bool(row[one]) != bool(row[other]):
            yield Fault(number, other, "pair", f"Fill {one} and {other}, or neither.")
    for name in DATES:
        if row[name] and _date(row[name]) is None:
            yield Fault(number, name, "date", "Write a day of the calendar as AAAAMMJJ.")
    yield from _days(reader, number, row)
    yield from _amounts(number, row)
    if row["CompteNum"] and not ACCOUNT.fullmatch(row["CompteNum"]):
        yield Fault(number, "CompteNum", "account", "Begin with three digits of the chart (PCG).")
    if row["CompAuxNum"] and not row["CompteNum"].startswith(THIRD_PARTY):
        yield Fault(number, "CompAuxNum", "auxiliary", "Only third parties have auxiliaries.")


def _days(reader: _Reader, number: int, row: dict[str, str]) -> Iterator[Fault]:
    on, valid = _date(row["EcritureDate"]), _date(row["ValidDate"])
    if on is not None and not reader.first_day <= on <= reader.last_day:
        yield Fault(number, "EcritureDate", "year", "This day is not of the year of the file.")
    if on is not None and valid is not None and valid < on:
        yield Fault(number, "ValidDate", "validated", "An entry is validated on its day or later.")


def _amounts(number: int, row: dict[str, str]) -> Iterator[Fault]:
    for name in ("Debit", "Credit"):
        if row[name] and not AMOUNT.fullmatch(row[name]):
            yield Fault(number, name, "amount", "Write an amount as 1234,50, without a sign.")
    if row["Montantdevise"] and not SIGNED.fullmatch(row["Montantdevise"]):
        yield Fault(number, "Montantdevise", "amount", "Write an amount as 1234,50.")
    debit, credit = _cents(row["Debit"]), _cents(row["Credit"])
    if bool(debit) == bool(credit):
        yield Fault(number, "Credit", "sides", "A line moves one side; the other is 0,00.")


def _names(reader: _Reader, number: int, row: dict[str, str]) -> Iterator[Fault]:
    for kept, code, label in (
        (reader.journals, "JournalCode", "JournalLib"), (reader.accounts, "CompteNum", "CompteLib"),
    ):  # fmt: skip
        if kept.setdefault(row[code], row[label]) != row[label]:
            yield Fault(number, label, "one-name", f"{row[code]} has another name above.")


def _sequence(reader: _Reader, number: int, row: dict[str, str]) -> Iterator[Fault]:
    """Look at the line's entry: its number follows, it stands together, its day is one."""
    journal, named = row["JournalCode"], row["EcritureNum"]
    entry = reader.entry
    if entry is not None and (entry.journal, entry.number) == (journal, named):
        if row["EcritureDate"] != entry.on:
            yield Fault(number, "EcritureDate", "one-day", "An entry has one day.")
        entry.cents += _cents(row["Debit"]) - _cents(row["Credit"])
        return
    yield from _balanced(entry)
    if journal == OPENING and reader.has_entries:
        yield Fault(number, "JournalCode", "opening", "Opening balances come first.")
    reader.has_entries = reader.has_entries or journal != OPENING
    yield from _follows(reader, number, journal, named)
    reader.entry = _Entry(number, journal, named, row["EcritureDate"],
                          _cents(row["Debit"]) - _cents(row["Credit"]))  # fmt: skip


def _follows(reader: _Reader, number: int, journal: str, named: str) -> Iterator[Fault]:
    if not NUMBER.fullmatch(named):
        if named:
            yield Fault(number, "EcritureNum", "number", "Number the entries of a journal.")
        return
    last, this = reader.numbers.get(journal), int(named)
    reader.numbers[journal] = max(this, last or 0)
    if last is None or this == last + 1:
        return
    if this > last:
        yield Fault(number, "EcritureNum", "gap", f"{journal} goes from {last} to {this}.")
    elif this == last:
        yield Fault(number, "EcritureNum", "apart", f"{journal} {this} is in two places.")
    else:
        yield Fault(number, "EcritureNum", "order", f"{journal} {this} comes after {last}.")


def _balanced(entry: _Entry | None) -> Iterator[Fault]:
    if entry is not None and entry.cents:
        said = f"{entry.journal} {entry.number} is out by {entry.cents} cents."
        yield Fault(entry.line, "Debit", "balance", said)


def _date(words: str) -> date | None:
    if not re.fullmatch(r"\d{8}", words):
        return None
    try:
        return datetime.strptime(words, "%Y%m%d").date()  # noqa: DTZ007 (a day, no time)
    except ValueError:
        return None


def _cents(words: str) -> int:
    return int(words.replace(",", "")) if AMOUNT.fullmatch(words) else 0
