"""What a reading yields: rows with their line and the place in the file where the next begins."""

from typing import Any, NamedTuple

from backoffice.core.text import Text
from backoffice.core.typed_text import InvalidInput


class UnreadableFile(InvalidInput):
    """A file that cannot be read at all, or no further; `text` tells its sender why."""


class Place(NamedTuple):
    """Where the next row begins: bytes from the start of the file, lines before it."""

    bytes: int = 0
    lines: int = 0


class Record(NamedTuple):
    """One row of a file: its cells by heading; with a `problem` it could not be read."""

    line: int
    values: dict[str, str]
    end: Place
    problem: Text | None = None


class Dialect(NamedTuple):
    """How a file is written: what was recognised when it came in, or chosen by a person."""

    format: str
    encoding: str = "utf-8"
    separator: str = ","
    decimal: str = "."
    headers: tuple[str, ...] = ()
    start: Place = Place()  # of the first row
    is_error_file: bool = False  # one of ours, corrected and sent again

    def to_json(self) -> dict[str, Any]:
        """Return the form that a JSON column keeps."""
        return self._asdict() | {"headers": list(self.headers), "start": list(self.start)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Dialect":
        """Read what `to_json` wrote."""
        return cls(**kept | {"headers": tuple(kept["headers"]), "start": Place(*kept["start"])})


HEADERS_MAX = 512
CELL_MAX = 100_000  # characters
LINE_MAX = 2 * 1024 * 1024  # bytes


def named(headers: list[str]) -> tuple[str, ...]:
    """Return headings that are all different: the second “image” becomes “image (2)”."""
    seen: dict[str, int] = {}
    found = []
    for number, raw in enumerate(headers, 1):
        name = " ".join(raw.replace("\0", " ").split())[:100] or f"column {number}"
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(found)
