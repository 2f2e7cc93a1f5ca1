"""Items of a Google Merchant feed in XML (RSS 2.0 or Atom), one at a time, in bounded memory."""

from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from backoffice.core.text import text
from backoffice.marketplace.feeds.record import CELL_MAX, Dialect, Place, Record, UnreadableFile

BLOCK = 64 * 1024
SILENCE_MAX = 1024 * 1024  # bytes without any tag or text: one endless comment or attribute
DEPTH_MAX, CHILDREN_MAX = 12, 200
ITEMS = frozenset({"item", "entry"})
UNSAFE = text("This XML declares entities or a document type: send it without.")
TOO_DEEP = text("This XML is nested deeper than a product feed is.")
NO_FEED = text("This XML is not a product feed: its items should be <item> or <entry>.")


class _Item(NamedTuple):
    """One item, as the parser counts lines and bytes."""

    line: int
    end_line: int
    end_tag: int  # byte where its end tag begins
    values: dict[str, str]


class _Items:
    """What the parser tells: keeps the item at hand, and nothing of what went before."""

    def __init__(self) -> None:
        self.expat: Any = None
        self.done: list[_Item] = []
        self.first_at: int | None = None  # the byte where the first item begins
        self.is_heard = False
        self._path: list[str] = []
        self._inside = 0  # depth of the item at hand
        self._line = 0
        self._values: dict[str, str] = {}
        self._text: list[str] = []
        self._length = 0

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        """Note an element that opens."""
        self.is_heard = True
        name = tag.rpartition("}")[2]
        self._path.append(name)
        if len(self._path) > DEPTH_MAX:
            raise UnreadableFile(TOO_DEEP)
        if not self._inside and name in ITEMS:
            self._inside, self._values = len(self._path), {}
            self._line = self.expat.CurrentLineNumber
            if self.first_at is None:
                self.first_at = self.expat.CurrentByteIndex
        self._text, self._length = [], 0

    def data(self, data: str) -> None:
        """Note text; what is beyond the limit of a cell is only counted."""
        self.is_heard = True
        self._length += len(data)
        if self._inside and self._length <= CELL_MAX:
            self._text.append(data)

    def end(self, _tag: str) -> None:
        """Note an element that closes; of one that has children only these are kept."""
        self.is_heard = True
        if self._inside and len(self._path) == self._inside:
            lines = (self._line, self.expat.CurrentLineNumber)
            self.done.append(_Item(*lines, self.expat.CurrentByteIndex, self._values))
            self._inside = 0
        elif self._inside and len(self._values) < CHILDREN_MAX:
            self._keep(".".join(self._path[self._inside :]), "".join(self._text).strip())
        self._path.pop()
        self._text, self._length = [], 0

    def close(self) -> None:
        """End; nothing is left to give."""

    def _keep(self, name: str, value: str) -> None:
        if not value:
            return
        number, free = 1, name
        while free in self._values:
            number += 1
            free = f"{name} ({number})"
        self._values[free] = value


def rows(file: BinaryIO, dialect: Dialect, start: Place | None = None) -> Iterator[Record]:
    """Yield the items of a feed from a place on; what precedes the first item is read again."""
    start = start or dialect.start
    parser, items = _parser()
    file.seek(0)
    parser.feed(file.read(dialect.start.bytes))
    off = Place(start.bytes - dialect.start.bytes, start.lines - dialect.start.lines)
    file.seek(start.bytes)
    silence, problem = 0, None
    while problem is None and (block := file.read(BLOCK)):
        items.is_heard = False
        problem = _feed(parser, block)
        silence = 0 if items.is_heard else silence + len(block)
        if silence > SILENCE_MAX:
            problem = UnreadableFile(text("This XML holds more than 1 MB without a tag."))
        yield from _records(items, file, off)
    if problem := problem or _feed(parser, None):
        raise problem


def first_item(file: BinaryIO) -> Place:
    """Return where the first item begins; raises UnreadableFile for another kind of XML."""
    parser, items = _parser()
    file.seek(0)
    read = 0
    while items.first_at is None and read < SILENCE_MAX and (block := file.read(BLOCK)):
        problem = _feed(parser, block)
        if problem and items.first_at is None:
            raise problem
        read += len(block)
    if items.first_at is None:
        raise UnreadableFile(NO_FEED)
    file.seek(0)
    return Place(items.first_at, file.read(items.first_at).count(b"\n"))


def _parser() -> tuple[Any, _Items]:
    items = _Items()
    parser = DefusedXMLParser(target=items, forbid_dtd=True)
    items.expat = parser.parser
    return parser, items


def _records(items: _Items, file: BinaryIO, off: Place) -> Iterator[Record]:
    """Yield what was parsed; `off` leads from the parser's counts to the file's."""
    done, items.done = items.done, []
    here = file.tell()
    for item in done:
        file.seek(item.end_tag + off.bytes)
        end = file.tell() + file.read(BLOCK).index(b">") + 1
        yield Record(item.line + off.lines, item.values, Place(end, item.end_line + off.lines - 1))
    file.seek(here)


def _feed(parser: Any, block: bytes | None) -> UnreadableFile | None:
    """Parse some more, or None to end; return what is wrong, since what precedes it still holds."""
    try:
        parser.close() if block is None else parser.feed(block)
    except DefusedXmlException:
        return UnreadableFile(UNSAFE)
    except UnreadableFile as problem:
        return problem
    except ParseError as error:
        said = text("This XML is not well formed at line %(line)s.",
                    line=error.position[0])  # fmt: skip
        return UnreadableFile(said)
    return None
