"""The PDF of a document: its bytes, its font, its metadata, texts that nobody expected."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pypdfium2 as pdfium
import pytest

from backoffice.notify.blocks import Block
from backoffice.notify.pdf import Sheet, draw, drawable
from config.settings import ROOT
from tests.factories.statement import pages_of, read_pdf

SHEET = Sheet("Titre", "Marjolaine", "fr", datetime(2026, 6, 9, 7, 12, tzinfo=UTC), "REG-1")
WORDS = [Block("h1", "Œuvre"), Block("p", "Ÿ, ç, « 12\u202f€ »"), Block("li", "Un")]
PRINT_HASH = """
import hashlib
from backoffice import create_app
from tests.notify.test_pdf import SHEET, WORDS, draw
with create_app().app_context():
    print(hashlib.sha256(draw(WORDS, SHEET)).hexdigest())
"""


def test_the_same_words_give_the_same_bytes_in_every_process(app):
    def hash_under(seed: str) -> bytes:
        environ = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo" if seed == "2" else ""}
        return subprocess.check_output([sys.executable, "-c", PRINT_HASH], env=environ, cwd=ROOT)

    assert draw(WORDS, SHEET) == draw(WORDS, SHEET)
    one, other = hash_under("1"), hash_under("2")
    assert len(one.strip()) == 64
    assert one == other


def test_other_words_give_other_bytes(app):
    assert draw(WORDS, SHEET) != draw(WORDS, SHEET._replace(foot="REG-2"))


def test_it_says_title_author_language_and_time(app):
    data = draw(WORDS, SHEET)
    with pdfium.PdfDocument(data) as document:
        said = document.get_metadata_dict()
        width, height = document[0].get_size()
    assert (said["Title"], said["Author"], said["Subject"]) == ("Titre", "Marjolaine", "REG-1")
    assert said["CreationDate"] == said["ModDate"] == "D:20260609071200+00'00'"
    assert (round(width), round(height)) == (595, 842)
    assert b"/Lang (fr)" in data
    assert b"/FontFile2" in data  # the font travels in the file


def test_french_is_written_whole(app):
    assert read_pdf(draw(WORDS, SHEET)) == "Œuvre Ÿ, ç, « 12 € » • Un"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("😀", "[U+1F600]"),
        ("عربي", "[U+0639][U+0631][U+0628][U+064A]"),
        ("a\u202eb\u200bc", "a[U+202E]b[U+200B]c"),
        ("a\x07b\x7f", "a[U+0007]b[U+007F]"),
        ("Dvořák", "Dvo[U+0159]ák"),
        ("e\u0301\u202f!", "é\u00a0!"),
        ("sous\u2011traitant", "sous-traitant"),
        ("\ud800", "[U+D800]"),
    ],
)
def test_what_the_font_lacks_is_written_by_its_number(app, text, written):
    assert drawable(text) == written
    said = read_pdf(draw([Block("p", text)], SHEET))
    assert said.startswith(" ".join(written.split()))
    assert ("Unicode" in said) == ("[U+" in written)


@pytest.mark.parametrize("tag", ["h1", "p", "li", "quote"])
def test_a_word_longer_than_the_page_is_wide_is_cut_and_nothing_lost(app, tag):
    pages = pages_of(draw([Block(tag, "x" * 5000)], SHEET))
    assert "".join(pages).count("x") == 5000


def test_a_very_long_paragraph_flows_over_pages(app):
    said = " ".join(f"mot{number}" for number in range(9000))
    data = draw([Block("h2", "Les faits"), Block("quote", said)], SHEET)
    assert read_pdf(data) == f"Les faits {said}"
    assert len(pages_of(data)) > 10


@pytest.mark.parametrize("text", ["<b>", "&", "&#0;", "</para>", "<para>", "%s %(x)s", "\\u0041"])
def test_markup_is_text(app, text):
    assert read_pdf(draw([Block("p", f"a {text} b")], SHEET)) == f"a {text} b"
