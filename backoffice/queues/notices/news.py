"""For whom a decision on a notice is news: all, or where it replaces another, whom that changes."""

from dataclasses import dataclass

from sqlalchemy import select

from backoffice.core.action import Context
from backoffice.core.outbox import OutboxMessage, OutboxState
from backoffice.core.party import Party
from backoffice.core.public import is_told, telling_decision
from backoffice.marketplace.seller import Seller
from backoffice.queues.notices.forms import outcome_of
from backoffice.queues.notices.model import Notice
from backoffice.queues.notices.taking import Taken, done_by, taken


@dataclass(frozen=True)
class News:
    """Whom a decision is told: everybody, or the sellers named here and perhaps the notifier."""

    to_all: bool
    sellers: frozenset[int] = frozenset()
    to_notifier: bool = False

    def reaches(self, seller_id: int) -> bool:
        """Tell whether a seller is to be told."""
        return self.to_all or seller_id in self.sellers


def news_of(context: Context) -> News:
    """Return for whom the decision changes something.

    The new statements go to all where the reasons changed, where nothing else did, or where what
    told the replaced decision had not left yet.
    """
    before = context.replaces
    if before is None or context.decision is None:
        return News(to_all=True)
    old = {one.key: one for one in taken(context.subject, before.data)}
    new = {one.key: one for one in taken(context.subject, context.data)}
    differing = {key for key in old.keys() | new.keys() if _said(old, key) != _said(new, key)}
    is_for_same_reasons = {one.id for one in before.reasons} == {
        one.id for one in context.decision.reasons
    }
    is_about_measures = bool(differing) and (is_for_same_reasons or not old or not new)
    if not is_about_measures or was_cancelled(context):
        return News(to_all=True)
    hit = (one.seller for key in differing for one in _at(key, old, new))
    return News(
        to_all=False,
        sellers=frozenset(seller.id for seller in hit if seller),
        to_notifier=_tells_notifier(context),
    )


def _said(measures: dict[str, Taken], key: str) -> object:
    return measures[key].said if key in measures else None


def _at(key: str, *measures: dict[str, Taken]) -> list[Taken]:
    return [one[key] for one in measures if key in one]


def _tells_notifier(context: Context) -> bool:
    """Tell whether anything reported is answered otherwise, or the notice as a whole."""
    before, notice = context.replaces, context.subject
    assert before is not None  # noqa: S101 (only what replaces another is compared with it)
    outcomes = [
        [outcome_of(target, data) for target in notice.targets]
        for data in (before.data, context.data)
    ]
    decision = context.decision
    return outcomes[0] != outcomes[1] or decision is None or before.action != decision.action


def was_cancelled(context: Context) -> bool:
    """Tell whether something that told the replaced decision was called back before it left."""
    rows = select(OutboxMessage.id).where(
        OutboxMessage.decision_id == (context.replaces.id if context.replaces else None),
        OutboxMessage.state == OutboxState.CANCELLED,
    )
    return context.session.scalars(rows.limit(1)).first() is not None


def since(context: Context, one: Taken) -> str:
    """Return since when a measure holds: one that stays, since it was first taken."""
    done = done_by(context.decision).get(one.key)
    return done["since"] if done else context.at.isoformat()


def was_told_before(context: Context, party: Party) -> bool:
    """Tell whether this party was told the decision that this one replaces."""
    before = context.replaces
    if before is None:
        return False
    return is_told(context.session, telling_decision(context.session, before, party), party)


def told_sellers(context: Context) -> set[int]:
    """Return the sellers who were told the decision that this one replaces."""
    notice: Notice = context.subject
    sellers: dict[int, Seller] = {one.seller.id: one.seller for one in notice.targets if one.seller}
    return {number for number, one in sellers.items() if was_told_before(context, one.party)}
