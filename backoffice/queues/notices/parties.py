"""Who is at the other end of a notice: who reports, and the sellers of what is reported."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.party import Party
from backoffice.queues.notices.forms import sellers_of
from backoffice.queues.notices.model import Notice, NoticeTarget


def notifier_party(session: Session, notice: Notice) -> Party:
    """Return who reports; without an address where the law lets one report unnamed."""
    return Party("notifier", notice.notifier_id or 0, notice.name, notice.email, notice.locale)


def sellers(session: Session, notice: Notice) -> Sequence[Party]:
    """Return the sellers of what is reported."""
    return [one.party for one in sellers_of(notice)]


def of_party(notice: Notice, party: Party) -> list[NoticeTarget]:
    """Return what of a notice a party may know: who reports all of it, a seller its own."""
    own = (one for one in notice.targets if one.seller_id == party.id)
    return list(own) if party.kind == "seller" else list(notice.targets)


def title_of(targets: Sequence[NoticeTarget]) -> str:
    """Return what is reported: the first target, and how many more there are."""
    first, *others = targets
    return (first.title or first.typed) + (f" (+{len(others)})" if others else "")


def about(notice: Notice, party: Party) -> dict[str, Any]:
    """Return what an e-mail to a party names the notice by: never another party's things."""
    mine = of_party(notice, party)
    return {"title": title_of(mine), "targets": [one.title or one.typed for one in mine]}
