"""Draws the pages of one document inside a locked-down process.

Run as a script: `python -I render_child.py <content type> <pages at most> <width in pixels>`, the
document on standard input. Standard output gets, for each page, a line of JSON and the JPEG's
bytes; at last a line with `page_count`, `warnings` and `problem` (codes that `rendering.py` says
in words). It imports nothing of ours but `lock_down.py`, and after that opens nothing any more:
what it needs is imported before.
"""

import io
import json
import re
import runpy
import sys
import zlib
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

# What Pillow would import on its first use, it must import now.
PLUGINS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)
Image.preinit()

lock_down = runpy.run_path(str(Path(__file__).with_name("lock_down.py")))["lock_down"]

HEIGHT_PX_MAX = 3000
PIXELS_MAX = 60_000_000
INFLATED_MAX = 32 * 1024**2

_OBJECT_STREAM = re.compile(rb"/ObjStm.{0,400}?stream\r?\n", re.S)
_STREAM = re.compile(rb"stream\r?\n.*?endstream", re.S)
_HEX_IN_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_SCRIPT = re.compile(rb"/(?:JavaScript|JS|Launch)(?![A-Za-z0-9])")


def draw_pdf(data: bytes, pages_max: int, width_px: int) -> dict[str, Any]:
    """Write the first pages of a PDF; no script in it is run (this library has no engine)."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code == pdfium.FPDF_ERR_PASSWORD
        return {"problem": "password" if locked else "damaged"}
    count = len(document)
    warnings = pdf_warnings(document, data)
    if document.get_formtype():
        document.init_forms()
    missing = 0
    for index in range(min(count, pages_max)):
        try:
            page = document[index]
            width, height = page.get_size()
            scale = min(width_px / max(width, 1), HEIGHT_PX_MAX / max(height, 1))
            picture = page.render(scale=scale).to_pil()
            page.close()
        except (pypdfium2.PdfiumError, ValueError, MemoryError):
            missing += 1
            continue
        write_page(index + 1, picture)
    if missing:
        warnings.append("missing_pages")
    drawn = min(count, pages_max) - missing
    problem = None if drawn else ("damaged" if count else "empty")
    return {"page_count": count, "warnings": warnings, "problem": problem}


def pdf_warnings(document: pypdfium2.PdfDocument, data: bytes) -> list[str]:
    """Return codes for what a person should know before the original is opened."""
    has_script = pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0 or names_script(data)
    has_files = pdfium.FPDFDoc_GetAttachmentCount(document) > 0
    return ["script"] * has_script + ["attached_files"] * has_files


def names_script(data: bytes) -> bool:
    """Tell whether an object of the PDF, packed or not, names a script or a launch."""
    if mentions_script(_STREAM.sub(b"", data)):
        return True
    budget = INFLATED_MAX
    for found in _OBJECT_STREAM.finditer(data):
        try:
            objects = zlib.decompressobj().decompress(memoryview(data)[found.end() :], budget)
        except zlib.error:
            continue
        if mentions_script(objects):
            return True
        budget -= len(objects)
        if budget <= 0:
            break
    return False


def mentions_script(objects: bytes) -> bool:
    """Tell whether a name of these objects, its escapes undone, means code."""
    plain = _HEX_IN_NAME.sub(lambda found: bytes([int(found[1], 16)]), objects)
    return _SCRIPT.search(plain) is not None


def draw_picture(data: bytes, width_px: int) -> dict[str, Any]:
    """Write a picture upright, on white, without what the camera wrote into it."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit is stricter and says what is wrong
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
            image.draft("RGB", (2 * width_px, 2 * HEIGHT_PX_MAX))
            if image.width * image.height > PIXELS_MAX:
                return {"problem": "too_large"}
            frames = getattr(image, "n_frames", 1)
            picture = ImageOps.exif_transpose(image).convert("RGBA")
    except MemoryError:
        return {"problem": "too_large"}
    except (OSError, ValueError, SyntaxError, zlib.error):
        return {"problem": "damaged"}
    picture.thumbnail((width_px, HEIGHT_PX_MAX))
    page = Image.new("RGB", picture.size, "white")
    page.paste(picture, mask=picture)
    write_page(1, page)
    return {"page_count": 1, "warnings": ["frames"] if frames > 1 else []}


def write_page(number: int, picture: Image.Image) -> None:
    """Write one page's line and its JPEG, which holds pixels and nothing else."""
    jpeg = io.BytesIO()
    picture.convert("RGB").save(jpeg, "JPEG", quality=85)
    write_line(
        number=number,
        width_px=picture.width,
        height_px=picture.height,
        size_bytes=jpeg.tell(),
    )
    sys.stdout.buffer.write(jpeg.getvalue())


def write_line(**record: Any) -> None:
    """Write one record as a line of JSON."""
    sys.stdout.buffer.write(json.dumps(record).encode() + b"\n")


def main(content_type: str, pages_max: str, width_px: str) -> None:
    """Read the document, lock the process, draw, and say how it went."""
    data = sys.stdin.buffer.read()
    lock_down()
    if content_type == "application/pdf":
        summary = draw_pdf(data, int(pages_max), int(width_px))
    else:
        summary = draw_picture(data, int(width_px))
    write_line(**summary)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
