"""Sellers for tests, as an approved registration leaves them."""

from typing import Any

from sqlalchemy.orm import Session

from backoffice.billing.subscribing import subscribe
from backoffice.core.case import State
from backoffice.marketplace.seller import Seller, SellerStatus, set_status
from tests.factories.registration import make_registration


def make_seller(
    session: Session, status: SellerStatus = SellerStatus.ACTIVE, **changes: Any
) -> Seller:
    """Make one more seller on a plan; `changes` are those of the body that registered it."""
    registration, case = make_registration(session, **changes)
    seller = registration.seller
    set_status(seller, status)
    subscribe(session, seller, registration.plan)
    case.state, case.resolution = State.CLOSED, "approved"
    session.flush()
    return seller
