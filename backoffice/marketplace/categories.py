"""The tree of categories as it stands at a time, and what outside names mean in it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from backoffice.core.clock import now
from backoffice.core.search import words
from backoffice.core.text import both
from backoffice.marketplace.category import Category

_STEPS = re.compile(r"[>›»|/]+")
_NUMBER = re.compile(r"^\s*\d+\s+-\s+")  # “751 - Home & Garden > …”, as Google lists them
ROOTS = frozenset({"accueil", "home", "racine", "root"})
"""What shop software puts at the head of every path."""


class Characteristic(NamedTuple):
    """One thing that a category asks of its products; `values` lists all that may be said."""

    code: str
    label_fr: str
    label_en: str
    required: bool = False
    unit: str = ""
    values: tuple[str, ...] = ()

    def label(self, locale: str) -> str:
        """Return its name in this language."""
        return self.label_en if locale == "en" else self.label_fr

    @property
    def name(self) -> dict[str, str]:
        """Return its name as a value of a sentence."""
        return both(self.label_fr, self.label_en)


class Node(NamedTuple):
    """One category with what it has of its own and what it inherits."""

    code: str
    label_fr: str
    label_en: str
    policy: str  # open, restricted, forbidden: the strictest of its path
    rule: str
    characteristics: tuple[Characteristic, ...]
    needs_safety_contact: bool

    @property
    def parent(self) -> str:
        """Return the code of the category above; empty at the top."""
        return self.code.rpartition("/")[0]

    def label(self, locale: str) -> str:
        """Return its name in this language."""
        return self.label_en if locale == "en" else self.label_fr


class Tree:
    """Every category in force; read once, then asked without SQL."""

    def __init__(self, rows: Iterable[Category] = ()) -> None:
        self._nodes: dict[str, Node] = {}
        rows = sorted(rows, key=lambda row: row.code)
        self._aliases = [(str(alias), row.code) for row in rows for alias in row.aliases]
        for row in rows:  # a parent sorts before its children
            self._nodes[row.code] = _node(row, self._nodes.get(row.code.rpartition("/")[0]))

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes.values())

    def __len__(self) -> int:
        return len(self._nodes)

    def get(self, code: str) -> Node | None:
        """Return a category by its code."""
        return self._nodes.get(code)

    def children(self, code: str = "") -> list[Node]:
        """Return the categories right below one, or at the top."""
        return [node for node in self if node.parent == code]

    def path_label(self, code: str, locale: str) -> str:
        """Return the names from the top down to one; of an unknown one, its code."""
        steps = code.split("/")
        path = ["/".join(steps[: count + 1]) for count in range(len(steps))]
        nodes = [node for step in path if (node := self.get(step))]
        return " › ".join(node.label(locale) for node in nodes) or code

    def resolve(self, name: str) -> str | None:
        """Return the code that an outside name means: a code, a label, a path of labels, an alias.

        Of a path whose last steps we do not know, the nearest category above that is known and
        not the top of its tree is meant.
        """
        if name.strip() in self._nodes:
            return name.strip()
        steps = [step for step in _path(name) if step not in ROOTS]
        for start in range(max(1, len(steps) - 1)):
            if code := self._names.get(" > ".join(steps[start:])):
                return code
        for end in range(len(steps) - 1, 1, -1):
            if code := self._names.get(" > ".join(steps[:end])):
                return code
        return None

    @cached_property
    def _names(self) -> dict[str, str]:
        """Every name that means one category only; aliases go before labels. Pages need none."""
        said: defaultdict[str, set[str]] = defaultdict(set)
        for code in self._nodes:
            said[" > ".join(_path(code))].add(code)
            for locale in ("fr", "en"):
                steps = _path(self.path_label(code, locale))
                for start in range(len(steps)):
                    said[" > ".join(steps[start:])].add(code)
        names = {name: next(iter(codes)) for name, codes in said.items() if len(codes) == 1}
        return names | {" > ".join(_path(alias)): code for alias, code in self._aliases}


def category_tree(session: Session, at: datetime | None = None) -> Tree:
    """Read the tree in force at a time (now): one query, kept by nobody beyond the request."""
    at = at or now()
    newest = (
        select(Category)
        .where(Category.starts_at <= at)
        .ext(distinct_on(Category.code))
        .order_by(Category.code, Category.starts_at.desc())
    )
    return Tree(row for row in session.scalars(newest) if not row.ends_at or row.ends_at > at)


_POLICIES = ("open", "restricted", "forbidden")


def _node(row: Category, above: Node | None) -> Node:
    own = tuple(_characteristic(one) for one in row.attributes)
    codes = {one.code for one in own}
    inherited = above.characteristics if above else ()
    policy, rule = row.policy, row.rule
    if above and _POLICIES.index(above.policy) > _POLICIES.index(policy):
        policy, rule = above.policy, above.rule
    return Node(
        row.code,
        row.label_fr,
        row.label_en,
        policy,
        rule,
        (*(one for one in inherited if one.code not in codes), *own),
        row.needs_safety_contact,
    )


def _characteristic(one: dict[str, Any]) -> Characteristic:
    return Characteristic(
        one["code"],
        one["label_fr"],
        one["label_en"],
        bool(one.get("required")),
        one.get("unit", ""),
        tuple(one.get("values", ())),
    )


def _path(name: str) -> list[str]:
    """Split a path into folded steps: “Home & Garden > Kitchen” is home garden, kitchen."""
    parts = _STEPS.split(_NUMBER.sub("", name))
    return [step for part in parts if (step := " ".join(words(part)))]
