"""Texts of shops as plain text: tags and entities opened, paragraphs kept."""

import html
import re
from html.parser import HTMLParser

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_BLOCKS = frozenset({"p", "br", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4"})
_UNSEEN = frozenset({"script", "style"})


class _Words(HTMLParser):
    """Collects the words between tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at a block; leave out what is not shown."""
        self._unseen += tag in _UNSEEN
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a line with its block."""
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep words."""
        if not self._unseen:
            self.parts.append(data)


def plain_line(raw: str) -> str:
    """Return a title with its entities opened: “Caf&eacute;” is “Café”."""
    return html.unescape(raw) if "&" in raw else raw


def plain_text(raw: str) -> str:
    """Return a description without tags and entities; other text comes back as it is."""
    if not _TAG.search(raw):
        return plain_line(raw)
    words = _Words()
    words.feed(raw)
    words.close()
    flat = re.sub(r"[ \t]*\n[ \t]*", "\n", re.sub(r"[^\S\n]+", " ", "".join(words.parts)))
    return re.sub(r"\n{3,}", "\n\n", flat).strip()
