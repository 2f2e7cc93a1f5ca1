"""The measures that a decision's form asks for, and those of them that stand already.

A decision that replaces another leaves what both say as it is: nothing is reversed and done again,
so that dates, ages and e-mails stay those of the first.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from backoffice.core.action import Context
from backoffice.core.decision import Decision
from backoffice.core.form import plain
from backoffice.marketplace.seller import Seller
from backoffice.queues.notices.forms import sellers_of
from backoffice.queues.notices.measures import MEASURES, Measure
from backoffice.queues.notices.model import Notice, NoticeTarget

Done = dict[str, Any]
"""A measure that was taken, as `Decision.changes` keeps it: "key", "said", "change", "since"; and
"stays" where an earlier decision had taken it."""


class Taken(NamedTuple):
    """One measure of a decision: on a target, or on a seller, with the values of its form."""

    measure: Measure
    target: NoticeTarget | None
    seller: Seller | None
    values: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Return under what name the form asks for it."""
        return f"t{self.target.id}" if self.target else f"s{self._seller.id}"

    @property
    def said(self) -> dict[str, Any]:
        """Return what tells it from another measure on the same: its code, its own fields."""
        own = {name: self.values.get(name) for name in self.measure.fields}
        return {"measure": self.measure.code, **plain(own)}

    @property
    def ref(self) -> str:
        """Return how statements name what it hits: "listing:42"."""
        return self.target.ref if self.target else f"seller:{self._seller.id}"

    @property
    def title(self) -> str:
        """Return the same in words."""
        target = self.target
        return target.title or target.typed if target else self._seller.display_name

    @property
    def _seller(self) -> Seller:
        assert self.seller is not None  # noqa: S101 (a measure without target hits a seller)
        return self.seller


def taken(notice: Notice, data: Mapping[str, Any]) -> Iterator[Taken]:
    """Yield the measures that a form's data asks for, those on targets first."""
    for target in notice.targets:
        values = data.get(f"t{target.id}") or {}
        if measure := MEASURES.get(values.get("outcome") or ""):
            yield Taken(measure, target, target.seller, values)
    for seller in sellers_of(notice):
        values = data.get(f"s{seller.id}") or {}
        if measure := MEASURES.get(values.get("measure") or ""):
            yield Taken(measure, None, seller, values)


def done_by(decision: Decision | None) -> dict[str, Done]:
    """Return the measures that a decision took, by what they are on."""
    changes = decision.changes if decision else []
    return {
        one["key"]: one
        for change in changes
        if change["effect"] == "measures"
        for one in change["change"]["done"]
    }


def staying(context: Context) -> dict[str, Done]:
    """Return the measures of the replaced decision that the new one asks for unchanged."""
    wanted = {one.key: one.said for one in taken(context.subject, context.data)}
    before = done_by(context.replaces)
    return {key: one for key, one in before.items() if wanted.get(key) == one["said"]}


def lifted(context: Context) -> list[Taken]:
    """Return the measures of the replaced decision in whose place there is none now."""
    if context.replaces is None:
        return []
    wanted = {one.key for one in taken(context.subject, context.data)}
    before = taken(context.subject, context.replaces.data)
    return [one for one in before if one.key not in wanted]
