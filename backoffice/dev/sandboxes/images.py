"""The sandbox of sellers' image servers: draws a product picture for each address."""

import colorsys
import io
import random
import re
from collections.abc import Callable

from PIL import Image, ImageDraw

from backoffice.dev.sandboxes.answer import Answer, json_answer

NAME = re.compile(r"/(?P<shape>[a-z]+)-(?P<number>[0-9]{1,4})\.jpg")
SIDE_PX = 900

Pen = ImageDraw.ImageDraw
Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]


def answer(path: str) -> Answer:
    """Answer `/<shape>-<number>.jpg` with a JPEG; equal addresses give equal pictures."""
    named = NAME.fullmatch(path)
    if named is None or named["shape"] not in SHAPES:
        return json_answer(404, {"erreur": "Cette image n'existe pas."})
    picture = draw(named["shape"], int(named["number"]))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return Answer(200, buffer.getvalue(), {"Content-Type": "image/jpeg"})


def draw(shape: str, number: int) -> Image.Image:
    """Return a picture of a product whose colour and proportions the number chooses."""
    chance = random.Random(f"{shape}-{number}")  # noqa: S311 (a picture, not a secret)
    paper = tuple(chance.randint(222, 250) for _ in range(3))
    picture = Image.new("RGB", (SIDE_PX, SIDE_PX), paper)
    pen = ImageDraw.Draw(picture)
    table = chance.randint(540, 760)
    pen.rectangle((0, table, SIDE_PX, SIDE_PX), fill=tuple(int(part * 0.93) for part in paper))
    hue = chance.random()
    main, dark = _colour(hue, 0.55, 0.78), _colour(hue, 0.6, 0.5)
    wide, high = chance.randint(240, 390), chance.randint(240, 390)
    x, y = chance.randint(400, 500), chance.randint(400, 500)
    box = (x - wide, y - high, x + wide, y + high)
    pen.ellipse((x - wide, y + high * 0.8, x + wide, y + high * 1.08), fill=_colour(0, 0, 0.75))
    SHAPES[shape](pen, box, main, dark)
    for _ in range(0 if shape == "knife" else chance.randint(1, 4)):
        _stripe(pen, chance, box, dark)
    return picture


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, value)
    return int(red * 255), int(green * 255), int(blue * 255)


def _stripe(pen: Pen, chance: random.Random, box: Box, dark: Colour) -> None:
    """Decorate with a band somewhere on the lower half."""
    left, top, right, bottom = box
    y = chance.uniform((top + bottom) / 2, bottom - 60)
    inset = chance.uniform(0.3, 0.6) * (right - left) / 2
    pen.rectangle((left + inset, y, right - inset, y + chance.randint(8, 34)), fill=dark)


def _bowl(pen: Pen, box: Box, main: Colour, dark: Colour) -> None:
    left, top, right, bottom = box
    pen.pieslice((left, top - (bottom - top) * 0.4, right, bottom), 0, 180, fill=main)
    middle = top + (bottom - top) * 0.3
    pen.ellipse((left, middle - 40, right, middle + 40), fill=dark)


def _mug(pen: Pen, box: Box, main: Colour, dark: Colour) -> None:
    left, top, right, bottom = box
    pen.arc((right - 190, top + 120, right + 30, bottom - 120), -90, 90, fill=dark, width=46)
    pen.rounded_rectangle((left, top, right - 80, bottom), 60, fill=main)
    pen.ellipse((left, top - 30, right - 80, top + 60), fill=dark)


def _plate(pen: Pen, box: Box, main: Colour, dark: Colour) -> None:
    left, top, right, bottom = box
    pen.ellipse(box, fill=main)
    pen.ellipse((left + 80, top + 80, right - 80, bottom - 80), outline=dark, width=14)


def _kettle(pen: Pen, box: Box, main: Colour, dark: Colour) -> None:
    left, top, right, bottom = box
    middle = (top + bottom) / 2
    pen.polygon(((right - 120, middle + 60), (right + 40, top + 60), (right, middle + 160)), main)
    pen.arc((left + 60, top - 60, right - 60, bottom - 60), 180, 360, fill=dark, width=36)
    pen.rounded_rectangle((left + 40, middle - 60, right - 80, bottom), 120, fill=main)


def _knife(pen: Pen, box: Box, main: Colour, dark: Colour) -> None:
    left, top, right, bottom = box
    middle = (top + bottom) / 2
    third = left + (right - left) * 0.38
    pen.polygon(((third, middle - 60), (right, middle + 40), (third, middle + 70)), (190, 194, 200))
    pen.rounded_rectangle((left, middle - 50, third + 10, middle + 60), 30, fill=main)
    pen.ellipse((left + 40, middle - 10, left + 64, middle + 14), fill=dark)


def _clock(pen: Pen, box: Box, main: Colour, dark: Colour) -> None:
    left, top, right, bottom = box
    x, y = (left + right) / 2, (top + bottom) / 2
    pen.ellipse(box, fill=main, outline=dark, width=40)
    pen.line((x, y, x, top + 110), fill=dark, width=22)
    pen.line((x, y, right - 150, y + 40), fill=dark, width=16)


def _textile(pen: Pen, box: Box, main: Colour, dark: Colour) -> None:
    left, top, right, bottom = box
    pen.polygon(
        ((left + 60, top), (right, top + 50), (right - 50, bottom), (left, bottom - 40)), main
    )
    pen.line((left + 50, top + 90, right - 10, top + 140), fill=dark, width=20)


def _vase(pen: Pen, box: Box, main: Colour, dark: Colour) -> None:
    left, top, right, bottom = box
    x = (left + right) / 2
    neck = (right - left) * 0.18
    pen.polygon(((x - neck, top), (x + neck, top), (right - 60, bottom), (left + 60, bottom)), main)
    pen.ellipse((x - neck, top - 26, x + neck, top + 26), fill=dark)


SHAPES: dict[str, Callable[[Pen, Box, Colour, Colour], None]] = {
    "bowl": _bowl,
    "mug": _mug,
    "plate": _plate,
    "kettle": _kettle,
    "knife": _knife,
    "clock": _clock,
    "textile": _textile,
    "vase": _vase,
}
