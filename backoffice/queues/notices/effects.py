"""What a decision on a notice changes, and how it is taken back."""

from typing import Any

from backoffice.core.action import Context, Effect
from backoffice.marketplace.notifier import count_outcome
from backoffice.queues.notices.forms import outcome_of
from backoffice.queues.notices.measures import MEASURES
from backoffice.queues.notices.model import Notice
from backoffice.queues.notices.taking import Done, Taken, staying, taken


def _take_measures(context: Context) -> dict[str, Any]:
    notice: Notice = context.subject
    there = staying(context)
    done = [
        _left(context, one, there[one.key]) if one.key in there else _done(context, one)
        for one in taken(notice, context.data)
    ]
    for target in notice.targets:
        target.outcome = outcome_of(target, context.data)
    return {"done": done}


def _done(context: Context, one: Taken) -> Done:
    change = one.measure.apply(context, one.target or one.seller, one.values)
    since = context.at.isoformat()
    return {"key": one.key, "said": one.said, "change": change, "since": since, "stays": False}


def _left(context: Context, one: Taken, before: Done) -> Done:
    """Leave a measure as it is; from now on it rests on this decision."""
    one.measure.rest_on(context, before["change"])
    return {**before, "stays": True}


def _take_measures_back(context: Context, change: dict[str, Any]) -> None:
    """Reverse each measure, but for those that stay: the decision after, or before, has them."""
    there = staying(context)
    for one in reversed(change["done"]):
        if one["key"] in there or (context.replaces is None and one["stays"]):
            continue
        MEASURES[one["said"]["measure"]].reverse(context, one["change"])
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
