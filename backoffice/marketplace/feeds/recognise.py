"""What a file is, whatever its name says: its format, encoding, separator and decimal mark."""

import csv
import re
from collections.abc import Iterable
from itertools import islice
from pathlib import PurePath
from typing import BinaryIO

from backoffice.core.search import fold
from backoffice.core.text import Text, text
from backoffice.marketplace.feeds import delimited, google_xml
from backoffice.marketplace.feeds.amounts import decimal_mark
from backoffice.marketplace.feeds.columns import heading, is_error_file
from backoffice.marketplace.feeds.record import (
    HEADERS_MAX,
    LINE_MAX,
    Dialect,
    Place,
    Record,
    UnreadableFile,
    named,
)

FORMATS = ("csv", "tsv", "google_tsv", "google_xml", "prestashop", "shopify")
SEPARATORS = (";", ",", "\t", "|")
SAMPLE = 200  # rows that are looked at
_HEAD, _BLOCK = 4096, 64 * 1024
_SPREADSHEET = text("This is a workbook of a spreadsheet program, not a table in text: save it as"
                    " CSV (UTF-8) and send that.")  # fmt: skip
_OTHER = text("This is not a table of products: send CSV, TSV or a Google Merchant feed in XML.")
_UTF16 = text("This file is written in UTF-16: save it as CSV (UTF-8) and send that.")
_MAGIC: tuple[tuple[bytes, Text], ...] = (
    (b"PK\x03\x04", _SPREADSHEET),
    (b"\xd0\xcf\x11\xe0", _SPREADSHEET),
    (b"\xff\xfe", _UTF16),
    (b"\xfe\xff", _UTF16),
    (b"%PDF", _OTHER),
    (b"\x1f\x8b", _OTHER),
    (b"\x89PNG", _OTHER),
    (b"\xff\xd8\xff", _OTHER),
    (b"GIF8", _OTHER),
    (b"{", _OTHER),
    (b"[", _OTHER),
)
_OF_GOOGLE = frozenset({"id", "availability", "image link"})
_OF_PRESTASHOP = (
    frozenset({"product id", "reference", "ean13", "name", "categories x y z", "tax rules id",
               "price tax included", "price tax excluded", "feature name value position"}),
    frozenset({"product id", "name", "reference", "category", "price tax excl", "price tax incl",
               "quantity", "status"}),
    frozenset({"id produit", "reference", "ean13", "nom", "categories x y z", "prix ttc",
               "prix ht", "id regle de taxes", "caracteristique nom valeur position"}),
)  # fmt: skip
_SIGNS_MIN = 4


def recognise(file: BinaryIO, filename: str, wanted: str | None = None) -> Dialect:
    """Return how a file is written; raises UnreadableFile, which says what to send instead.

    `wanted` is a format that the sender names: it must be of the same kind, XML or table.
    """
    file.seek(0)
    head = file.read(_HEAD)
    for magic, problem in _MAGIC:
        if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(magic):
            raise UnreadableFile(problem)
    if not head.strip():
        raise UnreadableFile(text("This file is empty."))
    is_xml = head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
    _refuse_misnamed(filename, is_xml, wanted)
    dialect = _feed(file, head) if is_xml else _table(file)
    return dialect if wanted is None else dialect._replace(format=wanted)


def _refuse_misnamed(filename: str, is_xml: bool, wanted: str | None) -> None:
    """Refuse a file that is not what its name or its sender says."""
    ending = PurePath(filename).suffix.lower()
    said_xml = {".xml": True, ".csv": False, ".tsv": False, ".tab": False}.get(ending, is_xml)
    if said_xml != is_xml or (wanted is not None and (wanted == "google_xml") != is_xml):
        found = "XML" if is_xml else "CSV"
        raise UnreadableFile(
            text("This file is not what its name or the format chosen says: it holds %(found)s.",
                 found=found)
        )  # fmt: skip


def _feed(file: BinaryIO, head: bytes) -> Dialect:
    if re.search(rb"<!doctype html|<html", head, re.I):
        raise UnreadableFile(text("This file is a web page: send the feed itself."))
    dialect = Dialect("google_xml", start=google_xml.first_item(file))
    names: dict[str, None] = {}
    sample = list(islice(google_xml.rows(file, dialect), SAMPLE))
    for record in sample:
        names.update(dict.fromkeys(record.values))
    headers = tuple(names)[:HEADERS_MAX]
    return dialect._replace(headers=headers, decimal=_decimal(headers, sample))


def _table(file: BinaryIO) -> Dialect:
    encoding = _encoding(file)
    lines, start = _heading_lines(file, encoding)
    separator, cells = _separator(lines[0], lines[1:])
    if len(cells) > HEADERS_MAX:
        raise UnreadableFile(text("This file has %(count)s columns: at most %(most)s are read.",
                                  count=len(cells), most=HEADERS_MAX))  # fmt: skip
    headers = named(cells)
    dialect = Dialect("csv", encoding, separator, headers=headers, start=start)
    sample = list(islice(delimited.rows(file, dialect), SAMPLE))
    return dialect._replace(
        format=_format(headers, separator),
        decimal=_decimal(headers, sample),
        is_error_file=is_error_file(headers),
    )


def _encoding(file: BinaryIO) -> str:
    """Return the encoding that fits the whole file: a line or two may still be broken."""
    file.seek(0)
    has_mark = file.read(3) == b"\xef\xbb\xbf"
    file.seek(0)
    right = wrong = nuls = size = 0
    while block := file.readline(_BLOCK):
        size += len(block)
        if block.isascii():
            nuls += block.count(b"\0")
            continue
        try:
            block.decode()
            right += 1
        except UnicodeDecodeError:
            wrong += 1
    if nuls > size / 10:
        raise UnreadableFile(_OTHER)
    if has_mark:
        return "utf-8"
    return "utf-8" if right >= wrong else "cp1252"


def _heading_lines(file: BinaryIO, encoding: str) -> tuple[list[str], Place]:
    """Return the heading with the lines after it, and where the first row begins."""
    file.seek(0)
    found: list[str] = []
    number, offset, start = 0, 0, Place()
    while len(found) < 20 and (raw := file.readline(LINE_MAX + 1)):
        number, offset = number + 1, offset + len(raw)
        if len(raw) > LINE_MAX:
            said = delimited.LONG_LINE if found else _wide(raw)
            raise UnreadableFile(said._replace(values=said.values | {"line": number}))
        line = raw.decode(encoding, errors="replace").lstrip("\ufeff").rstrip("\r\n")
        if not found and (not line.strip() or re.fullmatch("sep=.", line)):
            continue
        found.append(line)
        if len(found) == 1:
            start = Place(offset, number)
    if not found:
        raise UnreadableFile(text("This file is empty."))
    return found, start


def _wide(raw: bytes) -> Text:
    separator = max((b";", b",", b"\t", b"|"), key=raw.count)
    if raw.count(separator) < HEADERS_MAX:
        return delimited.LONG_LINE
    return text("The heading has more than %(most)s columns.", most=HEADERS_MAX)


def _separator(first: str, following: list[str]) -> tuple[str, list[str]]:
    """Return the separator and the cells of the heading that it gives."""
    split = {one: _split(first, one) for one in SEPARATORS}
    best = max(SEPARATORS, key=lambda one: (len(split[one]), _agreement(one, split, following)))
    if len(split[best]) < 2:
        raise UnreadableFile(
            text("Only one column was found: separate columns by semicolons, commas or tabs.")
        )
    return best, split[best]


def _agreement(separator: str, split: dict[str, list[str]], lines: Iterable[str]) -> int:
    return sum(len(_split(line, separator)) == len(split[separator]) for line in lines)


def _split(line: str, separator: str) -> list[str]:
    if line.count(separator) > 100 * HEADERS_MAX:
        return line.split(separator)
    return next(csv.reader([line], delimiter=separator), [])


def _format(headers: tuple[str, ...], separator: str) -> str:
    found = {heading(one) for one in headers}
    is_shop = {"handle", "variant price"} <= found or {"url handle", "price"} <= found
    if is_shop or {"handle", "option1 name"} <= found:
        return "shopify"
    if any(len(signs & found) >= _SIGNS_MIN for signs in _OF_PRESTASHOP):
        return "prestashop"
    if found >= _OF_GOOGLE:
        return "google_tsv"
    return "tsv" if separator == "\t" else "csv"


def _decimal(headers: tuple[str, ...], sample: list[Record]) -> str:
    priced = [one for one in headers if re.search("price|prix|cost|montant", fold(one))]
    return decimal_mark(r.values.get(name, "") for r in sample for name in priced)
