"""What the tests of billing share: sold orders, and Stripe's events applied to them."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pytest
from sqlalchemy.orm import Session

from backoffice.billing.stripe_events import apply_event, keep_event
from backoffice.marketplace.order import Order
from tests.factories.books import check_books
from tests.factories.seller import make_seller
from tests.factories.sold import make_sold
from tests.fakes.stripe import make_stripe, stripe_sandbox

__all__ = ["make_stripe", "stripe_sandbox"]


@pytest.fixture
def sell(session: Session) -> Callable[..., Order]:
    """Return a function that makes orders of one seller, not paid yet."""
    return partial(make_sold, session, make_seller(session))


@pytest.fixture
def hear(session: Session) -> Callable[[Iterable[Any]], None]:
    """Return a function that keeps and applies events, then asks the database's own guards."""

    def apply(events: Iterable[Any]) -> None:
        for event in events:
            keep_event(session, event)
            apply_event(session, event["id"])
        check_books(session)

    return apply
