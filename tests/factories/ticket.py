"""Tickets for tests."""

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.party import Party
from backoffice.core.permissions import SYSTEM
from backoffice.queues.tickets.receive import Asked, Received, receive
from tests.factories.seller import make_seller

_numbers = count(1)


def make_ticket(session: Session, requester: Party | None = None, **changes: Any) -> Received:
    """Receive one more ticket, of one more seller where no requester is given."""
    if requester is None:
        seller = make_seller(session)
        requester = Party("seller", seller.id, seller.display_name, seller.contact_email, "fr")
    said = {
        "subject": "Où en est mon virement ?",
        "body": "Bonjour, le virement de lundi n’est pas arrivé.",
        "external_id": f"billet-{next(_numbers)}",
        **changes,
    }
    return receive(session, Asked(requester, **said), actor=SYSTEM, channel="api")


def make_case(session: Session) -> Case:
    """Open one more case, as the tests that go over every queue ask each factory."""
    return make_ticket(session).case


def make_case_for(session: Session, name: str) -> Case:
    """Open a case that an action fits: to merge, the requester has another ticket."""
    received = make_ticket(session)
    if name == "merge":
        make_ticket(session, received.ticket.requester)
    return received.case
