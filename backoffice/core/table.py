"""A table to be attached to an e-mail: named and filled by a queue, written out by a job."""

from collections.abc import Iterable
from typing import Any, NamedTuple


class LinkTo(NamedTuple):
    """A cell that holds the address by which a party enters: the number of its portal link."""

    row_id: int


class Table(NamedTuple):
    """Rows under headings; a cell is a marked sentence (`Text`), a plain value, or a `LinkTo`."""

    name: str  # of the file, without its ending
    headings: tuple[str, ...]
    rows: Iterable[tuple[Any, ...]]
