"""Makes the thumbnail of one picture inside a locked-down process.

Run as a script: `python -I thumbnail_child.py <pixels of the longer side>`, the picture on standard
input. Standard output gets a line of JSON with the picture's own size, or a `problem` (a code that
`thumbnail.py` says in words); then GRAY_PX² grey pixels, from which the parent tells what the
picture shows, and the thumbnail's JPEG. It imports nothing of ours but `lock_down.py`.
"""

import copy
import io
import json
import runpy
import sys
import zlib
from pathlib import Path

from PIL import (
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

# What Pillow would import on its first use, it must import now.
PLUGINS = (
    copy,
    GifImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)
Image.preinit()
lock_down = runpy.run_path(str(Path(__file__).with_name("lock_down.py")))["lock_down"]

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
PIXELS_MAX = 60_000_000
GRAY_PX = 32


def read(data: bytes, side_px: int) -> tuple[tuple[int, int], Image.Image]:
    """Return a picture's size and its first image: upright, on white, no larger than asked."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit is stricter and says what is wrong
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        size = image.size
        if image.width * image.height > PIXELS_MAX:
            raise MemoryError
        image.draft("RGB", (2 * side_px, 2 * side_px))
        picture = ImageOps.exif_transpose(image).convert("RGBA")
    picture.thumbnail((side_px, side_px))
    page = Image.new("RGB", picture.size, "white")
    page.paste(picture, mask=picture)
    return size, page


def main(side_px: str) -> None:
    """Read the picture, lock the process, draw, and say how it went."""
    data = sys.stdin.buffer.read()
    lock_down()
    output = sys.stdout.buffer
    try:
        (width_px, height_px), page = read(data, int(side_px))
    except MemoryError:
        problem = "too_large"
    except UnidentifiedImageError:
        problem = "no_picture"
    except (OSError, ValueError, SyntaxError, zlib.error):
        problem = "damaged"
    else:
        jpeg = io.BytesIO()
        page.save(jpeg, "JPEG", quality=80)
        record = {"width_px": width_px, "height_px": height_px, "size_bytes": jpeg.tell()}
        output.write(json.dumps(record).encode() + b"\n")
        output.write(
            page.convert("L").resize((GRAY_PX, GRAY_PX), Image.Resampling.LANCZOS).tobytes()
        )
        output.write(jpeg.getvalue())
        output.flush()
        return
    output.write(json.dumps({"problem": problem}).encode() + b"\n")
    output.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
