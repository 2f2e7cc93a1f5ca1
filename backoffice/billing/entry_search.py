"""Finding entries by what people have at hand: an order, a number of Stripe's, of the journal."""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, literal_column, or_, select
from sqlalchemy.orm import Session

from backoffice.billing.ledger_model import JournalEntry, JournalSeal
from backoffice.billing.stripe_object import StripeEvent, StripeObject
from backoffice.marketplace.order import Order

FOUND_MAX = 100
# As `ix_stripe_event_object` has it: an index is used for the very same expression alone.
OBJECT_ID: ColumnElement[str] = literal_column(
    "((stripe_event.payload -> 'data' -> 'object') ->> 'id')"
)
NUMBERED = re.compile(r"([A-Za-z]{2})[ -]?0*([0-9]{1,15})")


def find_entries(session: Session, sought: str) -> Sequence[JournalEntry]:
    """Return the entries that are meant, the oldest first: `ST 42`, an order, an id of Stripe's."""
    sought = sought.replace("\0", "").strip()[:200]
    if not sought:
        return []
    ways = [
        JournalEntry.source_id == sought,
        JournalEntry.piece_ref == sought,
        JournalEntry.idem_key == sought,
        JournalEntry.order_id.in_(select(Order.id).where(Order.external_id == sought)),
    ]
    if numbered := NUMBERED.fullmatch(sought):
        sealed = select(JournalSeal.entry_id).where(
            JournalSeal.journal == numbered[1].upper(), JournalSeal.seq == int(numbered[2])
        )
        ways.append(JournalEntry.id.in_(sealed))
    query = select(JournalEntry).where(or_(*ways))
    order = query.order_by(JournalEntry.posted_at, JournalEntry.id).limit(FOUND_MAX)
    return session.scalars(order).all()


def objects_behind(session: Session, entry: JournalEntry) -> Sequence[StripeObject]:
    """Return the object of Stripe's that an entry rests on, as it was last seen."""
    query = select(StripeObject).where(StripeObject.id == entry.source_id)
    return session.scalars(query).all()


def events_behind(session: Session, entry: JournalEntry) -> Sequence[StripeEvent]:
    """Return the events that told of that object, the oldest first."""
    query = select(StripeEvent).where(OBJECT_ID.in_((entry.source_id,)))
    order = query.order_by(StripeEvent.created, StripeEvent.id).limit(FOUND_MAX)
    return session.scalars(order).all()
