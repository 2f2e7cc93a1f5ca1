"""Documents made by hand, good and bad, and a folder to keep them in."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from config.settings import get_settings


@pytest.fixture
def files_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of kept files, of this test alone."""
    monkeypatch.setenv("FILES_DIR", str(tmp_path / "files"))
    get_settings.cache_clear()
    yield tmp_path / "files"
    monkeypatch.undo()
    get_settings.cache_clear()


def pdf(
    pages: int = 1,
    *,
    count: int | None = None,
    catalog: bytes = b"",
    box: bytes = b"0 0 595 842",
    trailer: bytes = b"",
    more: tuple[bytes, ...] = (),
) -> bytes:
    """Return a PDF whose pages say “Bonjour”; `count` is what it claims, `more` are objects 6…"""
    said = b"BT /F1 24 Tf 72 700 Td (Bonjour) Tj ET"
    claimed = pages if count is None else count
    objects = (
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (claimed, b"3 0 R " * pages),
        b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>" % box,
        b"<</Length %d>>stream\n%s\nendstream" % (len(said), said),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *more,
    )
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    lines = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, lines)
    root = b"trailer<</Size %d/Root 1 0 R%s>>" % (size, trailer)
    return body + table + root + b"\nstartxref\n%d\n%%%%EOF" % len(body)


def locked_pdf() -> bytes:
    """Return a PDF that opens with a password alone."""
    secret = b"<" + b"5a" * 32 + b">"
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/O%s/U%s/P -4>>/ID[<00><00>]" % (secret, secret)
    return pdf(trailer=lock)


def picture(kind: str = "JPEG", size: tuple[int, int] = (300, 200), **options: object) -> bytes:
    """Return a picture of one colour."""
    made = io.BytesIO()
    Image.new(str(options.pop("mode", "RGB")), size, options.pop("color", 128)).save(
        made, kind, **options
    )
    return made.getvalue()
