"""Listings for tests: bodies as a marketplace sends them, received ones, published ones."""

from itertools import count
from typing import Any

from sqlalchemy.orm import Session
from stdnum import ean

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.open import open_case
from backoffice.core.permissions import SYSTEM
from backoffice.marketplace.listing import ListingStatus, publish, set_status
from backoffice.marketplace.listing_form import ListingForm
from backoffice.marketplace.seller import Seller
from backoffice.queues.listings.queue import QUEUE
from backoffice.queues.listings.receive import Received, receive_listing
from tests.factories.registration import put
from tests.factories.seller import make_seller

_numbers = count(1)


def gtin(number: int) -> str:
    """Return a GTIN-13 of the French range."""
    digits = f"376{number:09d}"
    return digits + ean.calc_check_digit(digits)


def listing_body(**changes: Any) -> dict[str, Any]:
    """Return what a marketplace posts for one more product; `a__b=value` changes a part of it."""
    number = next(_numbers)
    body: dict[str, Any] = {
        "external_id": f"article-{number}",
        "seller": "shop-1",
        "gtin": gtin(number),
        "title": f"Bol en grès numéro {number}",
        "description": "Tourné et émaillé à la main, passe au lave-vaisselle.",
        "category": "maison/cuisine/vaisselle",
        "price_minor": 2450,
        "currency": "EUR",
        "quantity": 12,
        "images": [],
        "attributes": {"material": "grès"},
        "variants": [],
        "safety": {
            "manufacturer": {
                "name": "Poterie du Lac",
                "address": "3 rue du Four, 74000 Annecy",
                "email": "contact@poterie.example",
            }
        },
    }
    for path, value in changes.items():
        put(body, path, value)
    return body


def make_listing(session: Session, seller: Seller | None = None, **changes: Any) -> Received:
    """Receive one more listing of an active seller."""
    seller = seller or make_seller(session)
    body = listing_body(seller=seller.external_id, **changes)
    form = ListingForm.model_validate(body)
    return receive_listing(session, seller, form, actor=SYSTEM, channel="api")


def make_edit(session: Session, seller: Seller | None = None, **changes: Any) -> Received:
    """Publish one more listing, then receive a change of it: all these fields are new."""
    first = make_listing(session, seller)
    assert first.case is not None
    publish(first.listing, first.revision, now())
    first.case.state, first.case.resolution = "closed", "approved"
    first.case.closed_at = now()
    session.flush()
    reference = first.listing.external_id
    return make_listing(session, first.listing.seller, external_id=reference, **changes)


def make_live_case(session: Session, status: ListingStatus = ListingStatus.LIVE) -> Case:
    """Publish one more listing and open a case about what is online."""
    listing, revision, case = make_listing(session)
    assert case is not None
    publish(listing, revision, now())
    set_status(listing, status, now())
    case.state, case.resolution = "closed", "approved"
    session.flush()
    return open_case(session, QUEUE, revision, actor=SYSTEM, channel="staff", kind="live")


def make_case(session: Session) -> Case:
    """Open one more case, as the tests that go over every queue ask each factory."""
    case = make_listing(session).case
    assert case is not None
    return case


def make_case_for(session: Session, action: str) -> Case:
    """Open one more case of the kind that an action is for."""
    if action in ("keep", "suspend", "withdraw"):
        return make_live_case(session)
    if action == "reinstate":
        return make_live_case(session, ListingStatus.SUSPENDED)
    return make_case(session)
