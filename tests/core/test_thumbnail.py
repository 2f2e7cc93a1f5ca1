"""Strangers' pictures made small in a locked-down process."""

import io

import imagehash
import pytest
from PIL import Image

from backoffice.core import thumbnail
from backoffice.core.thumbnail import UnreadablePicture, make_thumbnail
from tests.fakes.images import HTML, SVG, bomb, drawing, encoded


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadablePicture) as refused:
        make_thumbnail(data)
    return refused.value.text.msgid


def turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("GIF", {}),
        ("GIF", {"save_all": True, "append_images": [drawing(2)]}),
        ("MPO", {"save_all": True, "append_images": [drawing(2)]}),
    ],
)
def test_every_format_gives_its_first_image_and_its_hash(kind, options):
    image = drawing(size=(1200, 900))
    made = make_thumbnail(encoded(image, kind, **options))
    assert (made.width_px, made.height_px) == (1200, 900)
    with Image.open(io.BytesIO(made.data)) as small:
        assert (small.format, small.size) == ("JPEG", (480, 360))
    expected = int(str(imagehash.phash(image)), 16)
    assert (made.phash % 2**64 ^ expected).bit_count() <= 4


def test_picture_without_colours_or_upright_or_opaque():
    cmyk = make_thumbnail(encoded(drawing().convert("CMYK")))
    assert (cmyk.width_px, cmyk.height_px) == (400, 300)
    upright = make_thumbnail(encoded(drawing(), exif=turned()))
    with Image.open(io.BytesIO(upright.data)) as small:
        assert small.size == (300, 400)
        assert not small.getexif()  # what the camera wrote is gone
    clear = make_thumbnail(encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG"))
    with Image.open(io.BytesIO(clear.data)) as small:
        assert small.getpixel((25, 25)) == (255, 255, 255)


@pytest.mark.parametrize("data", [HTML, SVG, b"", b"%PDF-1.7", encoded(drawing(), "BMP")])
def test_what_is_no_picture_is_said_so(data):
    assert refusal(data) == "This is not a picture in JPEG, PNG, WebP or GIF."


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_picture_cut_off_is_damaged(kind):
    data = encoded(drawing(), kind)
    assert refusal(data[: len(data) // 2]) == "The picture is damaged or cut off."


def test_decompression_bomb_is_refused():
    assert len(bomb()) < 200_000
    assert refusal(bomb()) == "The picture has too many pixels: send it smaller."


def test_polyglot_leaves_only_pixels():
    made = make_thumbnail(encoded(drawing()) + HTML + b"PK\x05\x06" + bytes(18))
    assert b"<script" not in made.data
    assert b"PK\x05\x06" not in made.data


@pytest.mark.parametrize(
    "script",
    [
        "import os; os.kill(os.getpid(), 9)",
        "print('no json')",
        'print(\'{"width_px": 1, "height_px": 1, "size_bytes": 99999999999}\')',
        'print(\'{"width_px": 1, "height_px": 1, "size_bytes": 10}\' + "<script>" * 200)',
        'print(\'{"width_px": true, "height_px": 1, "size_bytes": 10}\' + "x" * 2000)',
        'print("[" * 100000)',
        "import time; time.sleep(60)",
    ],
)
def test_child_that_was_taken_over_gives_nothing(tmp_path, monkeypatch, script):
    child = tmp_path / "child.py"
    child.write_text(script)
    monkeypatch.setattr(thumbnail, "CHILD", child)
    monkeypatch.setattr(thumbnail, "SECONDS_MAX", 2)
    assert refusal(b"x") == "The picture cannot be read: save it anew as JPEG or PNG."
