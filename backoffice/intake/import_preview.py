"""What a draft import would do: its columns with what stands in them, its first listings."""

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from sqlalchemy.orm import Session

from backoffice.core.store import file_store
from backoffice.core.text import Text
from backoffice.marketplace.categories import Tree, category_tree
from backoffice.marketplace.feeds.columns import ATTRIBUTE, TARGETS
from backoffice.marketplace.feeds.product import Product, make_product
from backoffice.marketplace.feeds.reading import Group, groups_of
from backoffice.marketplace.feeds.record import Dialect, UnreadableFile
from backoffice.marketplace.feeds.sheet import Sheet
from backoffice.marketplace.listing_import import ListingImport

SHOWN = 5  # listings
CELLS_SHOWN = 3
CELL_MAX = 60  # characters


class Column(NamedTuple):
    """A column of the file: its heading, what it means to us, what stands in its first rows."""

    number: int
    name: str
    target: str
    cells: list[str]


class Choice(NamedTuple):
    """Something that a column may mean."""

    value: str
    label: str


class Preview(NamedTuple):
    """The columns, the first listings, and why the file cannot be read further, if so."""

    columns: list[Column]
    products: list[Product]
    problem: Text | None


def preview_of(session: Session, imported: ListingImport) -> Preview:
    """Read the first listings of a draft as its columns are told now; nothing is stored."""
    dialect, problem = Dialect.from_json(imported.dialect), None
    groups: list[Group] = []
    try:
        with file_store().open(imported.storage_key) as file:
            groups.extend(islice(groups_of(file, dialect, imported.mapping), SHOWN))
    except UnreadableFile as found:
        problem = found.text
    sheet = Sheet(dialect, imported.mapping, category_tree(session))
    seller = imported.seller.external_id
    products = [make_product(sheet, group.records, seller) for group in groups]
    return Preview(_columns(imported, dialect.headers, groups), products, problem)


def _columns(
    imported: ListingImport, headers: Sequence[str], groups: Sequence[Group]
) -> list[Column]:
    rows = [record.values for group in groups for record in group.records]
    return [
        Column(number, name, imported.mapping.get(name, ""), _cells(rows, name))
        for number, name in enumerate(headers)
    ]


def _cells(rows: Sequence[dict[str, str]], name: str) -> list[str]:
    cells = dict.fromkeys(value.strip() for row in rows if (value := row.get(name, "")).strip())
    short = (one if len(one) <= CELL_MAX else one[: CELL_MAX - 1] + "…" for one in cells)
    return list(islice(short, CELLS_SHOWN))


def characteristics(tree: Tree, imported: ListingImport, locale: str) -> list[Choice]:
    """Return the characteristics that a column may hold: those of our categories, and its own."""
    known = {one.code: one.label(locale) for node in tree for one in node.characteristics}
    own = {target.removeprefix(ATTRIBUTE) for target in imported.mapping.values()
           if target.startswith(ATTRIBUTE)}  # fmt: skip
    labels = {code: known.get(code, code) for code in {*known, *own}}
    return [
        Choice(ATTRIBUTE + code, label)
        for code, label in sorted(labels.items(), key=lambda one: one[1].casefold())
    ]


def fields() -> list[Choice]:
    """Return the fields that a column may hold."""
    return [Choice(target, label) for target, label in TARGETS.items()]
