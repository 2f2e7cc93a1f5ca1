"""The blocks of a document of ours: its HTML read back as headings, paragraphs and list items."""

import re
from html.parser import HTMLParser
from typing import NamedTuple

BLOCKS = ("h1", "h2", "h3", "p", "li")
_SPACES = re.compile(r"[ \t\r\n]+")  # no-break spaces stay


class Block(NamedTuple):
    """One piece of text that stands alone; `tag` is h1, h2, h3, p, li, or quote."""

    tag: str
    text: str

    def as_text(self) -> str:
        """Return the block as lines of plain text."""
        if self.tag in ("h1", "h2"):
            return f"\n{self.text}\n\n"
        return f"{ {'li': '- ', 'quote': '> '}.get(self.tag, '') }{self.text}\n"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._pieces: list[str] | None = None
        self._is_quoted = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "blockquote":
            self._is_quoted = True
        elif tag in BLOCKS:
            self._pieces = []

    def handle_data(self, data: str) -> None:
        if self._pieces is not None:
            self._pieces.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self._is_quoted = False
        elif tag in BLOCKS and self._pieces is not None:
            text = _SPACES.sub(" ", "".join(self._pieces)).strip(" ")
            self.blocks.append(Block("quote" if self._is_quoted else tag, text))
            self._pieces = None


def blocks_of(html: str) -> list[Block]:
    """Return the blocks of an HTML document, in their order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.blocks
