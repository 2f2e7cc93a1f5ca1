"""What is kept of a stranger's picture: a thumbnail and a hash of what it shows.

Both are made by a locked-down child (`thumbnail_child.py`). The parent trusts nothing of what
comes back: it takes numbers, grey pixels and a JPEG, each of bounded size.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from backoffice.core.text import Text, text

CHILD = Path(__file__).with_name("thumbnail_child.py")
SIDE_PX = 480
SECONDS_MAX = 15
GRAY_PX = 32
_JPEG_BYTES_MAX = 512 * 1024
_LINE_BYTES_MAX = 1000

_PROBLEMS = {
    "too_large": text("The picture has too many pixels: send it smaller."),
    "no_picture": text("This is not a picture in JPEG, PNG, WebP or GIF."),
    "damaged": text("The picture is damaged or cut off."),
}
_UNREADABLE = text("The picture cannot be read: save it anew as JPEG or PNG.")


@dataclass(frozen=True)
class Thumbnail:
    """A picture made small: its JPEG, the size of the original, and its perceptual hash."""

    width_px: int
    height_px: int
    phash: int  # 64 bits, signed as a database keeps it
    data: bytes


class UnreadablePicture(Exception):  # noqa: N818 (an answer: the bytes give no picture)
    """Bytes that give no picture; `text` tells people why."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.msgid)
        self.text = why


def make_thumbnail(data: bytes) -> Thumbnail:
    """Return what is kept of a picture; raises UnreadablePicture."""
    command = (sys.executable, "-I", str(CHILD), str(SIDE_PX))
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryFile() as output:
        try:
            subprocess.run(  # noqa: S603 (our own script, our own arguments)
                command,
                input=data,
                stdout=output,
                stderr=subprocess.DEVNULL,
                env={},
                cwd=empty,
                timeout=SECONDS_MAX,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise UnreadablePicture(_UNREADABLE) from error
        output.seek(0)
        return _read(output)


def _read(output: BinaryIO) -> Thumbnail:
    record = _line(output)
    width_px, height_px, size_bytes = (
        value if type(value) is int and 0 < value < 2**31 else 0
        for value in map(record.get, ("width_px", "height_px", "size_bytes"))
    )
    if not (width_px and height_px and 0 < size_bytes <= _JPEG_BYTES_MAX):
        raise UnreadablePicture(_PROBLEMS.get(str(record.get("problem")), _UNREADABLE))
    gray, jpeg = output.read(GRAY_PX**2), output.read(size_bytes)
    if len(jpeg) != size_bytes or not jpeg.startswith(b"\xff\xd8\xff"):
        raise UnreadablePicture(_UNREADABLE)
    return Thumbnail(width_px, height_px, perceptual_hash(gray), jpeg)


def _line(output: BinaryIO) -> dict[str, Any]:
    """Return the record; an empty one where the child died or wrote something else."""
    try:
        record = json.loads(output.readline(_LINE_BYTES_MAX))
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def perceptual_hash(gray: bytes) -> int:
    """Return the pHash of GRAY_PX² grey pixels as a signed 64-bit number."""
    # Here, because SciPy takes longer to import than a web process may take to start.
    import imagehash  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    found = imagehash.phash(Image.frombytes("L", (GRAY_PX, GRAY_PX), gray))
    return int.from_bytes(int(str(found), 16).to_bytes(8), signed=True)
