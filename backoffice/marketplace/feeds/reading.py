"""Reading a file from a place on, in the groups of rows that make one listing each."""

from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from backoffice.core.text import text
from backoffice.marketplace.feeds import delimited, google_xml
from backoffice.marketplace.feeds.columns import REFERENCE
from backoffice.marketplace.feeds.record import Dialect, Place, Record

GROUP_MAX = 600  # rows of one product: 250 variants, and as many images


class Group(NamedTuple):
    """The rows of one listing, and the place where the next begins."""

    records: list[Record]

    @property
    def line(self) -> int:
        """Return the line of the first row."""
        return self.records[0].line

    @property
    def end(self) -> Place:
        """Return where the next group begins."""
        return self.records[-1].end


def records_of(file: BinaryIO, dialect: Dialect, start: Place | None = None) -> Iterator[Record]:
    """Yield the rows of a file from a place on; raises UnreadableFile."""
    read = google_xml.rows if dialect.format == "google_xml" else delimited.rows
    return read(file, dialect, start)


def groups_of(
    file: BinaryIO, dialect: Dialect, mapping: Mapping[str, str], start: Place | None = None
) -> Iterator[Group]:
    """Yield the rows listing by listing: in Shopify's layout those of one handle belong together.

    Raises UnreadableFile after what precedes the fault was yielded.
    """
    records = records_of(file, dialect, start)
    if dialect.format != "shopify":
        yield from (Group([record]) for record in records)
        return
    column = next((name for name, target in mapping.items() if target == REFERENCE), "")
    group: list[Record] = []
    for record in records:
        handle = record.values.get(column, "").strip()
        is_same = group and handle == group[0].values.get(column, "").strip() and handle
        if group and (not is_same or len(group) == GROUP_MAX):
            yield Group(group)
            group = []
        too_long = is_same and not group
        problem = text("One product has at most %(count)s rows.", count=GROUP_MAX)
        group.append(record._replace(problem=problem) if too_long else record)
    if group:
        yield Group(group)
