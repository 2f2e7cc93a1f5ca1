"""What a seller's page shows besides its profile: rows of its tables, counted and bounded."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, State
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.marketplace.listing import Listing, ListingRevision, ListingStatus
from backoffice.marketplace.order import Order
from backoffice.marketplace.order_watch.late import not_delivered, not_shipped
from backoffice.marketplace.seller import Seller
from backoffice.marketplace.seller_note import SellerNote
from backoffice.queues.erasures.model import Erasure, Kind, Stage
from backoffice.queues.registrations.model import Registration
from backoffice.staff.model import Staff
from backoffice.web.pagination import Count, count_up_to

SHOWN_MAX = 100
LISTINGS_MAX = 10


class Offered(NamedTuple):
    """A seller's listings: how many have each status, and the newest with their titles."""

    counts: dict[str, Count]
    newest: Sequence[tuple[Listing, str]]


class Sold(NamedTuple):
    """A seller's orders: how many are late, and the newest."""

    not_shipped: Count
    not_delivered: Count
    newest: Sequence[Order]


def listings_of(session: Session, seller: Seller) -> Offered:
    """Return a seller's listings, counted by status; a title is the newest revision's."""
    theirs = select(Listing).where(Listing.seller_id == seller.id)
    counts = {
        status.value: count_up_to(session, theirs.where(Listing.status == status))
        for status in ListingStatus
    }
    newest = (ListingRevision.listing_id == Listing.id) & (
        ListingRevision.number == Listing.last_number
    )
    rows = session.execute(
        theirs.add_columns(ListingRevision.title)
        .join(ListingRevision, newest)
        .order_by(Listing.id.desc())
        .limit(LISTINGS_MAX)
    )
    return Offered(counts, list(rows))


def orders_of(session: Session, seller: Seller, at: datetime) -> Sold:
    """Return a seller's newest orders, and how many are late to leave and to arrive."""
    theirs = select(Order).where(Order.seller_id == seller.id)
    newest = theirs.order_by(Order.ordered_at.desc(), Order.id.desc()).limit(SHOWN_MAX)
    return Sold(
        count_up_to(session, theirs.where(not_shipped(at))),
        count_up_to(session, theirs.where(not_delivered(at))),
        session.scalars(newest).all(),
    )


def cases_of(
    session: Session, seller: Seller, queues: Collection[str], *, open_alone: bool = False
) -> Sequence[Case]:
    """Return the seller's newest cases in these queues, those that are open first."""
    cases = select(Case).where(Case.seller_id == seller.id, Case.queue.in_(queues))
    if open_alone:
        cases = cases.where(Case.state != State.CLOSED)
    order = ((Case.state == State.CLOSED), Case.id.desc())
    return session.scalars(cases.order_by(*order).limit(SHOWN_MAX)).all()


def notes_of(session: Session, seller: Seller) -> Sequence[Row[SellerNote, str]]:
    """Return the newest notes about a seller, each with its author's name."""
    return session.execute(
        select(SellerNote, Staff.name)
        .join(Staff, Staff.id == SellerNote.staff_id)
        .where(SellerNote.seller_id == seller.id)
        .order_by(SellerNote.id.desc())
        .limit(SHOWN_MAX)
    ).all()


def mails_of(
    session: Session, seller: Seller, queues: Collection[str], *, with_reminders: bool
) -> Sequence[Row[Any]]:
    """Return the newest e-mails to any address of a seller, about its cases in these queues.

    `with_reminders` adds those about no case: orders that are late, messages without an answer.
    """
    addresses = {seller.contact_email, seller.email}
    sent_in = select(Registration.contact_email).where(Registration.seller_id == seller.id)
    addresses |= set(session.scalars(sent_in))
    about = (Case.seller_id == seller.id) & Case.queue.in_(queues)
    reminders = OutboxMessage.case_id.is_(None) & or_(
        OutboxMessage.event.startswith("order."), OutboxMessage.event.startswith("message.")
    )
    return session.execute(
        select(
            OutboxMessage.id, OutboxMessage.event, OutboxMessage.state, OutboxMessage.to_address,
            OutboxMessage.sent_at, OutboxMessage.created_at, Case.reference,
            OutboxMessage.sent_copy["subject"].astext.label("subject"),
            func.coalesce(OutboxMessage.sent_at, OutboxMessage.created_at).label("at"),
        )
        .outerjoin(Case, Case.id == OutboxMessage.case_id)
        .where(OutboxMessage.channel == Channel.MAIL, OutboxMessage.to_address.in_(addresses))
        .where(or_(about, reminders) if with_reminders else about)
        .order_by(OutboxMessage.id.desc())
        .limit(SHOWN_MAX)
    ).all()  # fmt: skip


def erased_at(session: Session, seller: Seller) -> datetime | None:
    """Return when a seller's personal data was erased, if it was."""
    return session.scalar(
        select(func.max(Erasure.executed_at)).where(
            Erasure.party_kind == "seller",
            Erasure.party_id == seller.id,
            Erasure.kind != Kind.CLOSE,
            Erasure.stage.in_((Stage.EXECUTED, Stage.COMPLETED)),
        )
    )
