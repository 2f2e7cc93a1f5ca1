"""Page images of a document, made in a locked-down child process (`render_child.py`).

The parent trusts nothing of what comes back, for a document may have taken the child over: it
reads a file of bounded size and takes from it only JPEGs of bounded size and number.
"""

import json
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from backoffice.core.text import Text, text

CHILD = Path(__file__).with_name("render_child.py")
PAGES_MAX = 20
WIDTH_PX = 1000
SECONDS_MAX = 30
_PAGE_BYTES_MAX = 4 * 1024 * 1024
_LINE_BYTES_MAX = 1000

_PROBLEMS = {
    "password": text("The document is protected by a password: send it without one."),
    "damaged": text("The document is damaged and cannot be read: send it again."),
    "empty": text("The document has no page."),
    "too_large": text("The picture has too many pixels: send it smaller."),
}
_UNREADABLE = text("The document cannot be read: print it as a PDF and send that.")
_WARNINGS = {
    "script": text("The PDF holds a script or starts a program; neither was run."),
    "attached_files": text("The PDF holds other files, which were not opened."),
    "missing_pages": text("Some pages cannot be read."),
    "frames": text("The picture is animated: its first image is shown."),
}
_STOPPED = text("Reading stopped early: the rest of the document is too heavy or damaged.")


@dataclass(frozen=True)
class Page:
    """The image of one page: a JPEG."""

    number: int
    width_px: int
    height_px: int
    data: bytes


@dataclass(frozen=True)
class Rendering:
    """What was made of a document: pages, or a problem; warnings are for the person who looks."""

    pages: tuple[Page, ...] = ()
    page_count: int | None = None
    warnings: tuple[Text, ...] = ()
    problem: Text | None = None


def render_pages(
    source: BinaryIO,
    content_type: str,
    *,
    pages_max: int = PAGES_MAX,
    width_px: int = WIDTH_PX,
    seconds_max: float = SECONDS_MAX,
) -> Rendering:
    """Make images of a document's first pages; `source` is an open file on disk."""
    source.seek(0)
    command = (sys.executable, "-I", str(CHILD), content_type, str(pages_max), str(width_px))
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryFile() as output:
        # After a time-out (the child is killed), what it wrote so far is what there is.
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(  # noqa: S603 (our own script, our own arguments)
                command,
                stdin=source,
                stdout=output,
                stderr=subprocess.DEVNULL,
                env={},
                cwd=empty,
                timeout=seconds_max,
                check=False,
            )
        output.seek(0)
        return _read(output, pages_max)


def _read(output: BinaryIO, pages_max: int) -> Rendering:
    """Read the child's records: a line and a JPEG for each page, at last the summary."""
    pages: list[Page] = []
    record = _line(output)
    while "number" in record and len(pages) < pages_max:
        page = _page(record, output)
        if page is None:
            return Rendering(tuple(pages), warnings=(_STOPPED,)) if pages else _failed({})
        pages.append(page)
        record = _line(output)
    if not pages:
        return _failed(record)
    codes = record.get("warnings")
    if not isinstance(codes, list):
        return Rendering(tuple(pages), warnings=(_STOPPED,))
    count = _page_count(record)
    said = [_WARNINGS[code] for code in _WARNINGS if code in codes]
    if count and count > len(pages):
        said.append(
            text(
                "The document has %(count)s pages; the first %(shown)s are shown.",
                count=count,
                shown=len(pages),
            )
        )
    return Rendering(tuple(pages), count, tuple(said))


def _failed(summary: dict[str, Any]) -> Rendering:
    problem = _PROBLEMS.get(str(summary.get("problem")), _UNREADABLE)
    return Rendering(page_count=_page_count(summary), problem=problem)


def _page_count(summary: dict[str, Any]) -> int | None:
    count = summary.get("page_count")
    return count if isinstance(count, int) and 0 < count < 10**8 else None


def _line(output: BinaryIO) -> dict[str, Any]:
    """Return the next record; an empty one where the child died or wrote something else."""
    try:
        record = json.loads(output.readline(_LINE_BYTES_MAX))
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _page(record: dict[str, Any], output: BinaryIO) -> Page | None:
    number, width_px, height_px, size_bytes = (
        value if type(value) is int and 0 < value <= _PAGE_BYTES_MAX else 0
        for value in map(record.get, ("number", "width_px", "height_px", "size_bytes"))
    )
    data = output.read(size_bytes)
    if not (number and width_px and height_px and len(data) == size_bytes):
        return None
    return Page(number, width_px, height_px, data) if data.startswith(b"\xff\xd8\xff") else None
