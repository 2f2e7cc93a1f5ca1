"""Files for the readers: recognised and read in memory, with a small tree of categories."""

from io import BytesIO
from typing import NamedTuple

import pytest

from backoffice.core.clock import now
from backoffice.marketplace.categories import Tree
from backoffice.marketplace.category import Category
from backoffice.marketplace.feeds.columns import guess
from backoffice.marketplace.feeds.product import Product, make_product
from backoffice.marketplace.feeds.reading import groups_of
from backoffice.marketplace.feeds.recognise import recognise
from backoffice.marketplace.feeds.record import Dialect
from backoffice.marketplace.feeds.sheet import Sheet


class Read(NamedTuple):
    """A file as it was understood."""

    dialect: Dialect
    mapping: dict[str, str]
    products: list[Product]

    @property
    def forms(self):
        """Return the listings."""
        return [one.form for one in self.products if one.form]

    @property
    def said(self):
        """Return (line, column, sentence) of everything that is wrong."""
        return [
            (problem.line, problem.column, problem.said.msgid % problem.said.values)
            for one in self.products
            for problem in one.problems
        ]


def category(code, fr, en, aliases=(), attributes=()):
    return Category(code=code, label_fr=fr, label_en=en, policy="open", rule="", starts_at=now(),
                    aliases=list(aliases), attributes=list(attributes),
                    needs_safety_contact=True)  # fmt: skip


COLOR = {"code": "color", "label_fr": "Couleur", "label_en": "Colour", "required": True}
TREE = Tree(
    [
        category("mode", "Mode", "Fashion"),
        category("mode/hauts", "Hauts", "Tops",
                 ["Apparel & Accessories > Clothing > Shirts & Tops", "212"], [COLOR]),
        category("maison", "Maison", "Home & Garden", ["Home Accessories"]),
        category("maison/cuisine", "Cuisine", "Kitchen"),
        category("maison/cuisine/vaisselle", "Vaisselle", "Tableware", ["6740"]),
    ]
)  # fmt: skip


@pytest.fixture
def read():
    """Return a function that reads a file to its end."""

    def read(content, filename="articles.csv", format=None, mapping=None):
        file = BytesIO(content if isinstance(content, bytes) else content.encode())
        dialect = recognise(file, filename, format)
        mapping = mapping or guess(dialect.headers, dialect.format)
        sheet = Sheet(dialect, mapping, TREE)
        groups = groups_of(file, dialect, mapping)
        products = [make_product(sheet, group.records, "shop-1") for group in groups]
        return Read(dialect, mapping, products)

    return read
