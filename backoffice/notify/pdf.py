"""A document of ours as PDF: A4, its font embedded, the same bytes for the same words."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from html import escape
from io import BytesIO
from typing import NamedTuple

from flask_babel import force_locale, gettext
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

from backoffice.core.text import N_
from backoffice.notify.blocks import Block

MARGIN = 22 * mm
EDGE = MARGIN + 6  # where text begins: a frame of reportlab's is padded
INK, INK_2, LINE = "#1c2026", "#585c64", "#86847d"  # of `static/app.css`, on white paper
FONT, BOLD = "Vera", "VeraBd"
LACKING = N_(
    "This file’s font lacks some characters: they are written by their Unicode number, as "
    "[U+1F600]. The web page shows them."
)
SAME = {"\N{NARROW NO-BREAK SPACE}": "\N{NO-BREAK SPACE}", "\N{NON-BREAKING HYPHEN}": "-"}


def _style(name: str, size: float, leading: float, **more: object) -> ParagraphStyle:
    said = {"fontName": FONT, "textColor": INK, "spaceAfter": 3, **more}
    return ParagraphStyle(name, fontSize=size, leading=leading, **said)


STYLES = {
    "h1": _style("h1", 17, 23, fontName=BOLD, spaceAfter=10),
    "h2": _style("h2", 11, 15, fontName=BOLD, spaceBefore=12, spaceAfter=4, keepWithNext=1),
    "h3": _style("h3", 9.5, 14, fontName=BOLD, spaceBefore=3, spaceAfter=1, keepWithNext=1),
    "p": _style("p", 9.5, 14),
    "li": _style("li", 9.5, 14, leftIndent=12, bulletIndent=2),
    "quote": _style("quote", 9.5, 14, leftIndent=12),
    "note": _style("note", 8, 11, textColor=INK_2, spaceBefore=12),
}


class Sheet(NamedTuple):
    """What a PDF says besides its text: title, author, language, time, each page's foot."""

    title: str
    author: str
    lang: str
    at: datetime
    foot: str


def draw(blocks: Sequence[Block], sheet: Sheet) -> bytes:
    """Return the PDF; a character that the font lacks is written by its number, and a note."""
    kept = [Block(one.tag, drawable(one.text)) for one in blocks]
    with force_locale(sheet.lang):
        if any(_plain(one.text) != drawable(one.text) for one in blocks):
            kept.append(Block("note", drawable(gettext(LACKING))))
        data, pages = _drawn(kept, sheet, 1)
        return data if pages == 1 else _drawn(kept, sheet, pages)[0]


def _drawn(blocks: list[Block], sheet: Sheet, pages: int) -> tuple[bytes, int]:
    _fonts()
    file = BytesIO()
    document = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN,
        bottomMargin=MARGIN, title=sheet.title, author=sheet.author, creator=sheet.author,
        subject=sheet.foot, lang=sheet.lang, invariant=1, displayDocTitle=True,
    )  # fmt: skip

    def foot(canvas: Canvas, page: SimpleDocTemplate) -> None:
        number = gettext("Page %(page)s of %(pages)s", page=page.page, pages=pages)
        canvas.setDateFormatter(lambda *_: sheet.at.strftime("D:%Y%m%d%H%M%S+00'00'"))
        canvas.setFont(FONT, 8)
        canvas.setFillColor(INK_2)
        canvas.drawString(EDGE, 12 * mm, drawable(sheet.foot))
        canvas.drawRightString(A4[0] - EDGE, 12 * mm, drawable(number))

    document.build([_paragraph(one) for one in blocks], onFirstPage=foot, onLaterPages=foot)
    return file.getvalue(), document.page


def _paragraph(block: Block) -> Paragraph:
    bullet = "•" if block.tag == "li" else None
    return Paragraph(escape(block.text, quote=False), STYLES[block.tag], bulletText=bullet)


def drawable(text: str) -> str:
    """Return a text that the font can write: what it lacks is named by its number."""
    known = _fonts()
    return "".join(one if ord(one) in known else f"[U+{ord(one):04X}]" for one in _plain(text))


def _plain(text: str) -> str:
    return "".join(SAME.get(one, one) for one in unicodedata.normalize("NFC", text))


@lru_cache(maxsize=1)
def _fonts() -> frozenset[int]:
    """Register the fonts once; returns the characters that both can write."""
    fonts = [TTFont(name, f"{name}.ttf") for name in (FONT, BOLD)]
    for font in fonts:
        registerFont(font)
    return frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in fonts))
