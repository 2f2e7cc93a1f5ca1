"""Profile changes for tests, staged."""

from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.permissions import Actor
from backoffice.marketplace.seller import Seller
from backoffice.queues.profile_changes.stage import Staged, edit_profile
from tests.factories.seller import make_seller

SHOP = Actor("integration", 1, "Shop")


def make_profile_change(session: Session, seller: Seller | None = None, **values: Any) -> Staged:
    """Stage one more change of a seller's identity, of the trade name where none is said."""
    seller = seller or make_seller(session)
    edited = edit_profile(
        session, seller, values or {"trade_name": "Le Nouvel Atelier"}, actor=SHOP, channel="api"
    )
    assert edited.staged is not None
    return edited.staged


def make_case(session: Session) -> Case:
    """Open one more case, as the tests that go over every queue ask each factory."""
    return make_profile_change(session).case
