"""What a decision on a notice changes, and how it is taken back."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from backoffice.core.action import Context, Effect
from backoffice.marketplace.notifier import count_outcome
from backoffice.marketplace.seller import Seller
from backoffice.queues.notices.forms import outcome_of, sellers_of
from backoffice.queues.notices.measures import MEASURES, Measure
from backoffice.queues.notices.model import Notice, NoticeTarget


class Taken(NamedTuple):
    """One measure of a decision: on a target, or on a seller, with the values of its form."""

    measure: Measure
    target: NoticeTarget | None
    seller: Seller | None
    values: Mapping[str, Any]

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


def taken(context: Context) -> Iterator[Taken]:
    """Yield the measures that a decision's form asks for, those on targets first."""
    notice: Notice = context.subject
    for target in notice.targets:
        values = context.data.get(f"t{target.id}") or {}
        if measure := MEASURES.get(values.get("outcome") or ""):
            yield Taken(measure, target, target.seller, values)
    for seller in sellers_of(notice):
        values = context.data.get(f"s{seller.id}") or {}
        if measure := MEASURES.get(values.get("measure") or ""):
            yield Taken(measure, None, seller, values)


def _take_measures(context: Context) -> dict[str, Any]:
    done = []
    for one in taken(context):
        change = one.measure.apply(context, one.target or one.seller, one.values)
        done.append({"measure": one.measure.code, "change": change})
    notice: Notice = context.subject
    for target in notice.targets:
        target.outcome = outcome_of(target, context.data)
    return {"done": done}


def _take_measures_back(context: Context, change: dict[str, Any]) -> None:
    for one in reversed(change["done"]):
        MEASURES[one["measure"]].reverse(context, one["change"])
    for target in context.subject.targets:
        target.outcome = None


def _count(outcome: str) -> Any:
    def apply(context: Context) -> dict[str, Any]:
        """Count on the notifier's record how the notice ended."""
        notice: Notice = context.subject
        ended = "unfounded" if context.data.get("unfounded") else outcome
        if notice.notifier is None:
            return {}
        count_outcome(notice.notifier, ended)
        return {"ended": ended}

    return apply


def _count_back(context: Context, change: dict[str, Any]) -> None:
    if change:
        count_outcome(context.subject.notifier, change["ended"], -1)


def _leave(context: Context) -> dict[str, Any]:
    for target in context.subject.targets:
        target.outcome = ""
    return {}


def _undecided(context: Context, change: dict[str, Any]) -> None:
    for target in context.subject.targets:
        target.outcome = None


TAKE_MEASURES = Effect("measures", _take_measures, _take_measures_back)
LEAVE = Effect("leave", _leave, _undecided)
COUNT_UPHELD = Effect("count_upheld", _count("upheld"), _count_back)
COUNT_DISMISSED = Effect("count_dismissed", _count("dismissed"), _count_back)
