"""Notices for tests: bodies as they are sent, and received ones."""

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.permissions import SYSTEM
from backoffice.marketplace.listing import Listing, publish
from backoffice.marketplace.review import Review
from backoffice.marketplace.seller import Seller
from backoffice.queues.notices.form import NoticeForm
from backoffice.queues.notices.receive import Received, receive
from tests.factories.listing import make_listing
from tests.factories.registration import put

_numbers = count(1)


def make_online(session: Session, seller: Seller | None = None, **changes: Any) -> Listing:
    """Publish one more listing."""
    listing, revision, case = make_listing(session, seller, **changes)
    assert case is not None
    publish(listing, revision, now())
    case.state, case.resolution, case.closed_at = "closed", "approved", now()
    session.flush()
    return listing


def named(listing: Listing) -> dict[str, str]:
    """Return a listing as a program names it in a notice."""
    return {
        "kind": "listing",
        "seller": listing.seller.external_id,
        "external_id": listing.external_id,
    }


def notice_body(*listings: Listing, **changes: Any) -> dict[str, Any]:
    """Return what a right-holder sends about listings; `a__b=value` changes a part of it."""
    number = next(_numbers)
    body: dict[str, Any] = {
        "kind": "trademark",
        "locale": "fr",
        "explanation": f"Ces articles portent notre marque sans autorisation ({number}).",
        "notifier": {"name": f"Claire Roux {number}", "email": f"claire{number}@marque.example"},
        "good_faith": True,
        "targets": [named(one) for one in listings],
        "right": {
            "register": "INPI",
            "number": f"4{number:06d}",
            "sign": "TERRABELLE",
            "territories": ["FR"],
            "classes": [21],
            "holder": {"name": "Terrabelle SAS"},
            "role": "owner",
            "infringes": ["product"],
        },
    }
    for path, value in changes.items():
        put(body, path, value)
    return body


def make_notice(session: Session, *listings: Listing, **changes: Any) -> Received:
    """Receive one more notice, about one more listing where none is given."""
    body = notice_body(*(listings or (make_online(session),)), **changes)
    return receive(session, NoticeForm.model_validate(body), actor=SYSTEM, channel="api")


def make_review(session: Session, listing: Listing | None = None) -> Review:
    """Write one more review of a listing."""
    listing = listing or make_online(session)
    review = Review(
        external_id=f"avis-{next(_numbers)}",
        seller_id=listing.seller_id,
        listing_id=listing.id,
        author="Paul",
        rating=1,
        text="Le vendeur est un voleur.",
        written_at=now(),
    )
    session.add(review)
    session.flush()
    return review


def make_case(session: Session) -> Case:
    """Open one more case, as the tests that go over every queue ask each factory."""
    return make_notice(session).case
