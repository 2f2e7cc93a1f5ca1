"""A view of a queue: which cases, as the address says it; the address holds all of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select, or_, select

from backoffice.core.case import DUE_FIRST, Case
from backoffice.core.queue import Queue
from backoffice.core.search import matching
from backoffice.desk.filters import Scope, by_state, facets_of
from backoffice.web.pagination import Keyset
from backoffice.web.text import say

DEFAULT = (("state", "open"),)  # what waits to be done: the address with nothing in it
EVERYTHING = (("state", "live"),)
NEWEST_FIRST = frozenset({"closed", "all"})
VALUE_MAX, VALUES_MAX = 200, 24


class Chip(NamedTuple):
    """A filter in force, and the address without it."""

    name: str
    value: str
    remove_url: str


def list_url(queue: Queue, query: str) -> str:
    """Return the address of a queue's list in this view."""
    address = url_for("desk.queue", slug=queue.slug)
    return f"{address}?{query}" if query else address


@dataclass(frozen=True)
class View:
    """The filters chosen in one queue's list."""

    scope: Scope
    chosen: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, scope: Scope, pairs: Iterable[tuple[str, str]]) -> "View":
        """Read a view from an address; names and values that mean nothing are left out."""
        admits = {facet.name: facet.admits for facet in facets_of(scope.queue)}
        admits["q"] = bool
        cleaned = ((name, value.replace("\0", "").strip()) for name, value in pairs)
        kept = dict.fromkeys(
            (name, value[:VALUE_MAX])
            for name, value in cleaned
            if value and name in admits and admits[name](value)
        )
        return cls(scope, tuple(kept)[:VALUES_MAX] or DEFAULT)

    @classmethod
    def parse(cls, scope: Scope, query: str) -> "View":
        """Read a view from the part of an address after its question mark."""
        return cls.read(scope, parse_qsl(query[:8000]))

    @property
    def query(self) -> str:
        """Return the view as an address says it."""
        return "" if self.chosen == DEFAULT else urlencode(self.chosen)

    def url(self, **more: Any) -> str:
        """Return the address of its list, with further parameters (a cursor, an open panel)."""
        query = "&".join(filter(None, (self.query, urlencode(more))))
        return list_url(self.scope.queue, query)

    def case_url(self) -> list[str]:
        """Return what stands before and after the reference in the address of the view's cases."""
        return url_for("desk.case", reference="REFERENCE", view=self.query).split("REFERENCE")

    def page_url(self, cursor: str) -> str:
        """Return the address of the page that begins beside a row."""
        return self.url(at=cursor)

    def values(self, name: str) -> list[str]:
        """Return the values chosen for one filter."""
        return [value for given, value in self.chosen if given == name]

    @property
    def sought(self) -> str:
        """Return what is searched for."""
        return " ".join(self.values("q"))

    def without(self, name: str) -> "View":
        """Return the view without one filter."""
        kept = tuple(pair for pair in self.chosen if pair[0] != name)
        return View(self.scope, kept or EVERYTHING)

    @cached_property
    def conditions(self) -> list[Any]:
        """Return the SQL conditions of the filters, the queue and the states included."""
        rules: list[Any] = [Case.queue == self.scope.queue.slug]
        for facet in facets_of(self.scope.queue):
            if values := self.values(facet.name):
                rules.append(or_(*(facet.condition(value, self.scope) for value in values)))
        if self.sought:
            rules.append(matching(self.sought))
        elif not self.values("state"):
            rules.append(by_state("live"))
        return rules

    def rows(self) -> Select[Case]:
        """Select the cases of the view, in no order."""
        return select(Case).where(*self.conditions)

    @property
    def order(self) -> Keyset:
        """Return the order: due first; where closed ones are, the latest due first."""
        is_newest_first = not NEWEST_FIRST.isdisjoint(self.values("state"))
        return Keyset(DUE_FIRST, descending=is_newest_first)

    def chips(self) -> list[Chip]:
        """Return the filters in force, each as a link that removes it."""
        if self.chosen == EVERYTHING:
            return []
        chips = []
        for facet in facets_of(self.scope.queue):
            if values := self.values(facet.name):
                said = ", ".join(say(facet.say(value, self.scope)) for value in values)
                chips.append(Chip(facet.label, said, self.without(facet.name).url()))
        if self.sought:
            chips.append(Chip(_("Search"), self.sought, self.without("q").url()))
        return chips
