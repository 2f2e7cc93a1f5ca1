"""Erasure requests for tests."""

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.party import Party
from backoffice.core.permissions import SYSTEM
from backoffice.queues.erasures.model import Identity
from backoffice.queues.erasures.receive import Asked, Received, receive
from tests.factories.seller import make_seller

_numbers = count(1)


def make_erasure(session: Session, party: Party | None = None, **changes: Any) -> Received:
    """Receive one more request, of one more seller where no party is given."""
    if party is None:
        seller = make_seller(session)
        party = Party("seller", seller.id, seller.display_name, seller.contact_email, "fr")
    said = {"kind": "both", "words": "Merci de supprimer mon compte.",
            "external_id": f"suppression-{next(_numbers)}", **changes}  # fmt: skip
    return receive(session, Asked(party, **said), actor=SYSTEM, channel="api")


def make_verified(session: Session, party: Party | None = None, **changes: Any) -> Received:
    """Receive one more request that the holder of the account has confirmed."""
    received = make_erasure(session, party, **changes)
    erasure = received.erasure
    erasure.identity, erasure.identity_at, erasure.identity_how = Identity.VERIFIED, now(), "link"
    session.flush()
    return received


def make_case(session: Session) -> Case:
    """Open one more case, as the tests that go over every queue ask each factory."""
    return make_verified(session).case
