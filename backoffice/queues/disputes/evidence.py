"""What the page of a dispute shows: the order's steps, both sides, the goods, what is known."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backoffice.billing.refunding import open_chargeback, refunds_of
from backoffice.core.case import Case, State
from backoffice.core.clock import days_between
from backoffice.core.decision import Decision, current_decision
from backoffice.core.text import N_
from backoffice.marketplace.listing import ListingRevision
from backoffice.marketplace.order import EVENTS, OrderLine
from backoffice.marketplace.picture import Picture, RevisionPicture
from backoffice.marketplace.pictures import Shown, pictures_by_revision
from backoffice.marketplace.thread_message import messages_about
from backoffice.queues.disputes import computed
from backoffice.queues.disputes.goods import lines_of
from backoffice.queues.disputes.known import (
    past_of_buyer,
    past_of_seller,
    requests_of_buyer,
)
from backoffice.queues.disputes.matter import outcome_of
from backoffice.queues.disputes.model import BASES, GROUNDS, Basis, Dispute, Ground
from backoffice.queues.disputes.moved import at_most_minor
from backoffice.queues.disputes.sides import sides

STEPS = (
    (N_("Ordered"), "ordered_at"),
    # The claim stands for the request of a return.
    *((label, f"{kind}_at") for kind, label in EVENTS.items() if kind != "return_requested"),
)


class Step(NamedTuple):
    """One thing that happened to the order, with how many days after the delivery it did."""

    label: str
    at: datetime
    tone: str = ""
    days: int | None = None


class Sold(NamedTuple):
    """One line as it was when it was ordered, and whether the claim is about it."""

    line: OrderLine
    revision: ListingRevision | None
    pictures: Sequence[Shown]
    is_claimed: bool


def evidence(session: Session, case: Case, dispute: Dispute) -> dict[str, Any]:
    """Return what a case's page shows."""
    order, both = dispute.order, sides(session, case, dispute)
    return {
        "order": order,
        "basis": BASES[Basis(dispute.basis)],
        "grounds": [GROUNDS[Ground(one)] for one in dispute.grounds],
        "steps": steps(dispute),
        "sides": both,
        "computed_facts": computed.facts(session, dispute),
        "foreseen": computed.effect(session, case, dispute),
        "needed": computed.needed(dispute, both),
        "sold": sold(session, dispute),
        "messages": messages_about(session, order.seller_id, order.external_id),
        "left_minor": at_most_minor(session, case, order),
        "refunds": refunds_of(session, order),
        "chargeback": open_chargeback(session, order),
        "ruled": _ruled(session, case),
        "past_of_seller": past_of_seller(session, dispute),
        "past_of_buyer": past_of_buyer(session, dispute),
        "asked": requests_of_buyer(session, dispute),
    }


def steps(dispute: Dispute) -> list[Step]:
    """Return what happened to the order and to the claim, in the order of time."""
    order = dispute.order
    found = [Step(label, at) for label, name in STEPS if (at := getattr(order, name))]
    delivered_at = order.delivered_at
    days = days_between(delivered_at, dispute.claimed_at) if delivered_at else None
    found.append(Step(N_("Claim"), dispute.claimed_at, "warn", days))
    found.append(Step(N_("Contested"), dispute.received_at, "bad"))
    return sorted(found, key=lambda one: one.at)


def sold(session: Session, dispute: Dispute) -> list[Sold]:
    """Return the order's lines with the revision that buyers saw then."""
    lines = session.scalars(
        select(OrderLine)
        .where(OrderLine.order_id == dispute.order_id)
        .options(joinedload(OrderLine.revision), joinedload(OrderLine.listing))
        .order_by(OrderLine.position)
    ).all()
    pictures = pictures_by_revision(session, [one.revision_id for one in lines if one.revision_id])
    claimed = {one.id for one in lines_of(dispute)}
    return [
        Sold(one, one.revision, pictures.get(one.revision_id or 0, ()), one.id in claimed)
        for one in lines
    ]


def picture_sold(session: Session, dispute: Dispute, number: int) -> Picture | None:
    """Return a picture that the buyer saw of what the order sold."""
    return session.scalars(
        select(Picture)
        .join(RevisionPicture, RevisionPicture.picture_id == Picture.id)
        .join(OrderLine, OrderLine.revision_id == RevisionPicture.revision_id)
        .where(OrderLine.order_id == dispute.order_id, Picture.id == number)
    ).first()


def _ruled(session: Session, case: Case) -> Any:
    """Return in words what waits for a second person, or stands."""
    decision = current_decision(session, case) if case.state == State.CLOSED else None
    if case.held_decision_id:
        decision = session.get_one(Decision, case.held_decision_id)
    return outcome_of(decision) if decision and decision.action != "reroute" else None
