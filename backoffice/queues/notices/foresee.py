"""What a decision on a notice does, in plain lines: shown before it is taken."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.action import Context
from backoffice.core.clock import day_of
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.sanction import Sanction, SanctionKind
from backoffice.queues.notices.effects import Taken, taken
from backoffice.queues.notices.model import Notice, TargetKind

ON_LISTINGS = {
    "suspend_listing": N_("Listings suspended: %(count)s (%(titles)s)"),
    "suspend_listings": N_("Listings suspended: %(count)s (%(titles)s)"),
    "withdraw_listing": N_("Listings withdrawn for good: %(count)s (%(titles)s)"),
    "withdraw_listings": N_("Listings withdrawn for good: %(count)s (%(titles)s)"),
    "remove_review": N_("Reviews removed: %(count)s (%(titles)s)"),
    "remove_message": N_("Messages removed: %(count)s (%(titles)s)"),
}
ON_SELLERS = {
    SanctionKind.WARNING: N_("%(seller)s is warned"),
    SanctionKind.STRIKE: N_("A strike of weight %(weight)s against %(seller)s, until %(day)s"),
    SanctionKind.SUSPENSION: N_("%(seller)s is suspended until %(day)s"),
    SanctionKind.TERMINATION: N_("The account of %(seller)s ends on %(day)s"),
}
COUNTED = {
    "upheld": N_("On the notifier’s record: one more upheld"),
    "dismissed": N_("On the notifier’s record: one more dismissed"),
    "unfounded": N_("On the notifier’s record: one more manifestly unfounded"),
}


def foresee(context: Context) -> list[Text]:
    """Return what a decision did, line by line: the caller takes it back."""
    changes = _changes(context)
    done = [one["change"] for one in changes.get("measures", {}).get("done", ())]
    measures = list(zip(taken(context.subject, context.data), done, strict=True))
    lines = [
        *_of_things(measures),
        *_of_sellers(context.session, measures),
        *_left_alone(context.subject),
    ]
    ended = next((one["ended"] for one in changes.values() if one.get("ended")), None)
    return lines + ([text(COUNTED[ended])] if ended else [])


def _changes(context: Context) -> dict[str, Any]:
    decision = context.decision
    assert decision is not None  # noqa: S101 (what it did is asked for)
    return {one["effect"]: one["change"] for one in decision.changes}


def _of_things(measures: list[tuple[Taken, Any]]) -> Iterator[Text]:
    """Yield a line for each kind of measure on things: how many it hits, and which."""
    counts: dict[str, int] = defaultdict(int)
    titles: dict[str, list[str]] = defaultdict(list)
    for one, change in measures:
        if one.measure.code in ON_LISTINGS:
            words = ON_LISTINGS[one.measure.code]
            counts[words] += len(change["listings"]) if "listings" in change else 1
            titles[words].append(one.title)
    for words, count in counts.items():
        yield text(words, count=count, titles=" ; ".join(titles[words]))


def _of_sellers(session: Session, measures: list[tuple[Taken, Any]]) -> Iterator[Text]:
    for one, change in measures:
        if "sanction" not in change:
            continue
        made = session.get_one(Sanction, change["sanction"])
        at = made.ends_at or made.effective_at
        yield text(ON_SELLERS[SanctionKind(made.kind)], seller=one.title, weight=made.weight,
                   day=day_of(at) if at else "")  # fmt: skip


def _left_alone(notice: Notice) -> Iterator[Text]:
    for target in notice.targets:
        if target.outcome == "" and target.kind != TargetKind.UNKNOWN:
            yield text("No action: %(title)s", title=target.title)
