"""What the page of a notice shows beside the checks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, State
from backoffice.core.decision import Decision, current_decision
from backoffice.core.files import Attachment
from backoffice.core.request import InfoRequest
from backoffice.core.text import Text
from backoffice.marketplace import notifier, right_number
from backoffice.marketplace.right import Mandate
from backoffice.marketplace.sanction import FACTORS, said_of
from backoffice.marketplace.seller import Seller
from backoffice.queues.notices.effects import taken
from backoffice.queues.notices.forms import sellers_of
from backoffice.queues.notices.known import notices_on_right, notices_on_targets
from backoffice.queues.notices.model import INFRINGES, KINDS, Notice
from backoffice.queues.notices.shown import shown_targets


class Said(NamedTuple):
    """A seller's side: what it was asked and answered, newest first, and the files it sent."""

    seller: Seller
    requests: Sequence[InfoRequest]
    files: Sequence[Attachment]


class Ruled(NamedTuple):
    """One measure of the decision that is proposed or stands: on what, which, for how long."""

    title: str
    measure: str
    lasts: str | Text
    factors: Mapping[str, str]  # weighed before a suspension, by what they are called


def evidence(session: Session, case: Case, notice: Notice) -> dict[str, Any]:
    """Return what a case's page shows: the report, the right, the targets, both sides."""
    files = session.scalars(
        select(Attachment).where(Attachment.case_id == case.id).order_by(Attachment.id)
    ).all()
    sides = list(_sides(session, case, notice, files))
    of_sellers = {one.id for side in sides for one in side.files}
    return {
        "kinds": KINDS,
        "notifiers": notifier.KINDS,
        "rights": right_number.KINDS,
        "infringes": [INFRINGES[one] for one in notice.infringes],
        "right": notice.right,
        "mandate": _mandate(session, notice),
        "ruled": list(_ruled(session, case, notice)),
        "shown": shown_targets(session, notice),
        "said_of": said_of,
        "sides": [side for side in sides if side.requests or side.files],
        "own_files": [one.id for one in files if one.id not in of_sellers],
        "other_notices": notices_on_targets(session, notice),
        "of_right": notices_on_right(session, notice),
    }


def _ruled(session: Session, case: Case, notice: Notice) -> Iterator[Ruled]:
    """Yield the measures of the decision that waits for a second person, or that stands."""
    decision = current_decision(session, case) if case.state == State.CLOSED else None
    if case.held_decision_id:
        decision = session.get_one(Decision, case.held_decision_id)
    if decision is None:
        return
    at = decision.executed_at or decision.decided_at
    for one in taken(notice, decision.data):
        is_suspension = one.measure.code == "suspend_seller"
        weighed = {label: one.values[name] for name, label in FACTORS.items() if is_suspension}
        yield Ruled(one.title, one.measure.label, one.measure.lasts(one.values, at), weighed)


def _mandate(session: Session, notice: Notice) -> Mandate | None:
    """Return what makes the notifier speak for the holder of the right."""
    if notice.right is None:
        return None
    return session.scalars(
        select(Mandate).where(
            Mandate.notifier_id == notice.notifier_id, Mandate.holder_id == notice.right.holder_id
        )
    ).first()


def _sides(
    session: Session, case: Case, notice: Notice, files: Sequence[Attachment]
) -> Sequence[Said]:
    requests = session.scalars(
        select(InfoRequest)
        .where(InfoRequest.case_id == case.id, InfoRequest.withdrawn_at.is_(None))
        .order_by(InfoRequest.id.desc())
    ).all()
    return [
        Said(
            seller,
            [one for one in requests if one.is_of(seller.party)],
            [one for one in files if one.sent_by == seller.party.ref],
        )
        for seller in sellers_of(notice)
    ]
