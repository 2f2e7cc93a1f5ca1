"""The columns of a file by what they mean, and what its names for categories mean."""

import re
from collections.abc import Mapping

from backoffice.core.search import fold
from backoffice.core.spreadsheet import FORMULA
from backoffice.marketplace.categories import Tree
from backoffice.marketplace.feeds.columns import ATTRIBUTE, code_of, target_of
from backoffice.marketplace.feeds.record import Dialect, Record

CATEGORIES_KEPT = 10_000
_COPY = re.compile(r" \(\d+\)$")


class Sheet:
    """The columns of one file, and the words of our category tree."""

    def __init__(self, dialect: Dialect, mapping: Mapping[str, str], tree: Tree) -> None:
        self.dialect, self._tree = dialect, tree
        self._columns: dict[str, list[str]] = {}
        self._known: set[str] = set()
        for name, target in mapping.items():
            self._learn(name, target)
        self._categories: dict[str, str | None] = {}
        self._labels: dict[str, dict[str, str]] = {}

    def columns(self, target: str, record: Record) -> list[str]:
        """Return the headings that mean a target, those first seen in this record too."""
        if self.dialect.format == "google_xml" and not self._known.issuperset(record.values):
            for name in record.values.keys() - self._known:
                self._learn(name, target_of(_COPY.sub("", name), self.dialect.format))
        return self._columns.get(target, [])

    def attributes(self) -> list[tuple[str, str]]:
        """Return (code, heading) of every characteristic."""
        return [
            (target.removeprefix(ATTRIBUTE), name)
            for target, names in self._columns.items()
            for name in names
            if target.startswith(ATTRIBUTE)
        ]

    def value(self, record: Record, column: str) -> str:
        """Return a cell; the apostrophe that our own error file put before a formula goes."""
        value = record.values.get(column, "").strip()
        if self.dialect.is_error_file and value[:1] == "'" and value[1:].startswith(FORMULA):
            return value[1:]
        return value

    def category(self, name: str) -> str | None:
        """Return the code that a name means; of several with commas between, the last known."""
        if name not in self._categories:
            if len(self._categories) > CATEGORIES_KEPT:
                self._categories.clear()
            steps = [name, *reversed(name.split(","))] if "," in name else [name]
            found = (self._tree.resolve(step) for step in steps if step.strip())
            self._categories[name] = next(filter(None, found), None)
        return self._categories[name]

    def code(self, category: str, name: str) -> str:
        """Return the code of a characteristic by the label that the category gives it."""
        if category not in self._labels:
            node = self._tree.get(category)
            self._labels[category] = {
                fold(label): one.code
                for one in (node.characteristics if node else ())
                for label in (one.label_fr, one.label_en, one.code)
            }
        return self._labels[category].get(fold(name.strip()), "") or code_of(name)

    def _learn(self, name: str, target: str) -> None:
        self._known.add(name)
        if target:
            self._columns.setdefault(target, []).append(name)
