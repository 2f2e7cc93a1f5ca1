"""What a spreadsheet finds in a workbook, read without the library that wrote it."""

import re
from datetime import datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (a spreadsheet's times have no zone)


def sheets_of(data):
    """Return the rows of each sheet: texts, numbers, times by their format; None where empty."""
    with ZipFile(BytesIO(data)) as file:
        assert not [name for name in file.namelist() if "calcChain" in name or "external" in name]
        styles = fromstring(file.read("xl/styles.xml"))
        codes = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(_("numFmt"))}
        formats = [codes.get(one.get("numFmtId"), "") for one in styles.find("m:cellXfs", NS)]
        names = sorted(name for name in file.namelist() if name.startswith("xl/worksheets/sheet"))
        return [_rows(fromstring(file.read(name)), formats) for name in names]


def rows_of(data):
    """Return the rows of a workbook of one sheet, without the headings."""
    (rows,) = sheets_of(data)
    return rows[1:]


def _rows(sheet, formats):
    rows = [{_column(one): _value(one, formats) for one in row} for row in sheet.iter(_("row"))]
    width = max(map(max, rows)) + 1
    return [[row.get(column) for column in range(width)] for row in rows]


def _column(cell):
    number = 0
    for letter in re.match("[A-Z]+", cell.get("r"))[0]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell, formats):
    assert cell.find("m:f", NS) is None, "a formula"
    if cell.get("t") == "inlineStr":
        return "".join(cell.itertext())
    number, shown = float(cell.find("m:v", NS).text), formats[int(cell.get("s", 0))]
    return EPOCH + timedelta(seconds=round(number * 86_400)) if "yyyy" in shown else number


def _(name):
    return f"{{{NS['m']}}}{name}"
