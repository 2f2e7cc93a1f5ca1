"""The words of an e-mail that was written in HTML; nothing of it is ever shown as HTML."""

import re
from html.parser import HTMLParser

LENGTH_MAX = 500_000
SILENT = {"script", "style", "head", "title", "template"}
BLOCKS = {"p", "div", "tr", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr"}


class _Words(HTMLParser):
    """Collects lines; what stands in a quotation begins with `>`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._line: list[str] = []
        self._silent = self._quoted = 0
        self._address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, a quotation or a silence where the element does."""
        if tag in SILENT:
            self._silent += 1
        elif tag == "br":
            self.end_line()
        elif tag == "li":
            self.end_line(only_words=True)
            self._line.append("- ")
        elif tag == "blockquote":
            self.end_line(only_words=True)
            self._quoted += 1
        elif tag == "a":
            self._address = dict(attrs).get("href") or ""
        elif tag == "td":
            self._line.append(" ")
        elif tag in BLOCKS:
            self.end_line(only_words=True)

    def handle_endtag(self, tag: str) -> None:
        """End what the element began."""
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "blockquote":
            self.end_line(only_words=True)
            self._quoted = max(0, self._quoted - 1)
        elif tag == "a":
            is_shown = self._address in "".join(self._line)
            if self._address.startswith(("http://", "https://")) and not is_shown:
                self._line.append(f" <{self._address}>")
        elif tag == "p":
            self.end_line(only_words=True)
            self.end_line()
        elif tag in BLOCKS or tag == "li":
            self.end_line(only_words=True)

    def handle_data(self, data: str) -> None:
        """Keep words that a reader would see."""
        if not self._silent:
            self._line.append(re.sub(r"\s+", " ", data))

    def end_line(self, *, only_words: bool = False) -> None:
        """Finish a line; an empty one is kept unless only words are wanted."""
        words = re.sub(r" {2,}", " ", "".join(self._line)).strip()
        self._line = []
        if words or not only_words:
            self.lines.append(f"{'>' * self._quoted} {words}".strip())


def html_to_text(html: str) -> str:
    """Return the words of a page in lines."""
    words = _Words()
    words.feed(html[:LENGTH_MAX])
    words.close()
    words.end_line(only_words=True)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(words.lines)).strip()
