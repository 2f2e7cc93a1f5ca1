"""Statements of reasons for tests, and what a reader of their PDF sees."""

from typing import Any

import pypdfium2 as pdfium

from backoffice.core.decision import Statement
from tests.factories.mail_parts import STATEMENT


def make_statement(locale: str = "fr", **parts: Any) -> Statement:
    """Make a statement as a decision froze it, in no database."""
    return Statement(locale=locale, parts={**STATEMENT, **parts})


def pages_of(data: bytes) -> list[str]:
    """Return the text of each page of a PDF, its foot first."""
    with pdfium.PdfDocument(data) as document:
        return [page.get_textpage().get_text_range() for page in document]


def read_pdf(data: bytes) -> str:
    """Return what a reader of a PDF sees, without the pages' feet, in one line."""
    bodies = (page.partition("\r\n")[2] for page in pages_of(data))
    return " ".join(" ".join(bodies).split())
