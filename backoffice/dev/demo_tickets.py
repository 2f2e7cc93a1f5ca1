"""The demo's tickets: in every state, in French and English, of sellers, buyers and others."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backoffice.core import clock
from backoffice.core.case import Case
from backoffice.core.claim import claim
from backoffice.core.decide import decide
from backoffice.core.outbox import OutboxMessage
from backoffice.core.party import Party
from backoffice.core.permissions import SYSTEM, Actor
from backoffice.dev.demo_words import STORIES, Story
from backoffice.marketplace.buyer import Buyer
from backoffice.marketplace.order import Order
from backoffice.marketplace.seller import Seller, SellerStatus
from backoffice.queues.tickets.model import TicketMessage
from backoffice.queues.tickets.receive import Asked, Received, receive
from backoffice.queues.tickets.replying import receive_message
from backoffice.staff.model import Staff

PERSONS = (
    ("Camille Dorval", "camille.dorval@courriel.example"),
    ("Yanis Belkacem", "y.belkacem@courriel.example"),
    ("Hannah Whitfield", "hannah.whitfield@mail.example"),
)
PEOPLE_MAX = 8


class People(NamedTuple):
    """Who writes, in turn, by the kind that a story names."""

    seller: Iterator[Party]
    buyer: Iterator[Party]
    person: Iterator[Party]


def demo_tickets(session: Session, agents: Iterator[Staff]) -> None:
    """Tell every story; who has no seller or buyer yet writes as a person."""
    people, orders = _people(session), _orders(session)
    told: dict[str, Received] = {}
    for story in STORIES:
        requester = told[story.into].ticket.requester if story.into else next(
            getattr(people, story.who))  # fmt: skip
        received = _begin(session, story, requester, orders)
        told[story.subject] = received
        for hours_ago, side, body in story.rest:
            at = clock.now() - timedelta(hours=hours_ago)
            _go_on(session, received, next(agents).actor, (side, body), at)
        if story.end:
            _end(session, received, story, next(agents).actor, told)


def _people(session: Session) -> People:
    persons = [Party("person", 0, name, email, "en" if "mail.example" in email else "fr")
               for name, email in PERSONS]  # fmt: skip
    active = select(Seller).where(Seller.status == SellerStatus.ACTIVE).order_by(Seller.id)
    sellers = [one.party for one in session.scalars(active.limit(PEOPLE_MAX))]
    rows = select(Buyer).order_by(Buyer.id).limit(PEOPLE_MAX)
    buyers = [one.party for one in session.scalars(rows)]
    return People(cycle(sellers or persons), cycle(buyers or persons), cycle(persons))


def _orders(session: Session) -> dict[int, Order]:
    """Return an order of each buyer, by the buyer's number."""
    return {one.buyer_id: one for one in session.scalars(select(Order).order_by(Order.id))}


def _begin(session: Session, story: Story, requester: Party, orders: dict[int, Order]) -> Received:
    hours_ago, _, body = story.lines[0]
    order = orders.get(requester.id) if requester.kind == "buyer" and story.is_about_order else None
    asked = Asked(
        requester, story.subject, body, story.category, order=order,
        received_at=clock.now() - timedelta(hours=hours_ago),
    )  # fmt: skip
    channel = "email" if requester.kind == "person" else "api"
    return receive(session, asked, actor=SYSTEM, channel=channel, acknowledge=False)


def _go_on(
    session: Session, received: Received, agent: Actor, said: tuple[str, str], at: datetime
) -> None:
    """Add what the requester, a program of theirs, or we wrote then."""
    side, body = said
    ticket, case = received.ticket, received.case
    if side == "out":
        _decide(session, case, "reply", agent, {"body": body}, at)
        _date_answers(session, received, at)
        return
    channel = "email" if ticket.requester_kind == "person" else "portal"
    receive_message(
        session, ticket, case, party_name=ticket.name, body=body, channel=channel,
        is_automatic=side == "auto", at=at,
    )  # fmt: skip


def _end(
    session: Session, received: Received, story: Story, agent: Actor, told: dict[str, Received]
) -> None:
    """Solve the ticket, or merge it into the one that its requester wrote before."""
    at = clock.now() - timedelta(hours=max(story.lines[-1][0] - 2, 1))
    if story.end == "merged":
        into = {"into": told[story.into].case.reference}
        _decide(session, received.case, "merge", agent, into, at)
    else:
        _decide(session, received.case, "solve", agent, {"body": ""}, at)
        received.case.closed_at = at
    if story.rating:
        received.ticket.rating, received.ticket.rating_comment = story.rating, story.comment
        received.ticket.rated_at = at + timedelta(minutes=40)


def _decide(
    session: Session, case: Case, name: str, actor: Actor, data: dict[str, Any], at: datetime
) -> None:
    """Decide as if it had been then, and everybody had been told."""
    claim(session, case, actor)
    decision = decide(session, case.reference, name, actor=actor, data=data, version=case.version)
    assert decision is not None  # noqa: S101 (each of these is a decision)
    decision.decided_at = decision.executed_at = decision.undo_until = at
    if case.paused_at:
        case.paused_at = at
    session.execute(delete(OutboxMessage).where(OutboxMessage.case_id == case.id))


def _date_answers(session: Session, received: Received, at: datetime) -> None:
    """Let the newest of our messages have been written then."""
    ours = TicketMessage.ticket_id == received.ticket.id, TicketMessage.direction == "out"
    newest = select(TicketMessage).where(*ours).order_by(TicketMessage.id.desc()).limit(1)
    messages: Sequence[TicketMessage] = session.scalars(newest).all()
    for one in messages:
        one.at = at
    first = received.ticket.first_reply_at
    received.ticket.first_reply_at = min(first, at) if first else at
