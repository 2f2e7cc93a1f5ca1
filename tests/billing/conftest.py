"""What the tests of billing share: sold orders, and Stripe's events applied to them."""

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import pytest
from sqlalchemy.orm import Session

from backoffice.billing.commission import Commission, RefundRule
from backoffice.billing.plan import plan_in_force
from backoffice.billing.stripe_events import apply_event, keep_event
from backoffice.core.clock import now
from backoffice.core.money import split_vat
from backoffice.marketplace.buyer import Buyer
from backoffice.marketplace.order import Order, OrderLine
from backoffice.marketplace.seller import Seller
from tests.factories.books import check_books
from tests.factories.seller import make_seller
from tests.fakes.stripe import make_stripe, stripe_sandbox

__all__ = ["make_stripe", "stripe_sandbox"]

_numbers = count(1)


@pytest.fixture
def seller(session: Session) -> Seller:
    """A seller on a plan."""
    return make_seller(session)


@pytest.fixture
def sell(session: Session, seller: Seller) -> Callable[..., Order]:
    """Return a function that makes an order with its commission, not paid yet."""
    buyer = Buyer(external_id="b-1", name="Léa Petit", email="lea@example.fr")
    session.add(buyer)

    def make(
        amount: int = 12_000, fee: int = 1_440, rule: RefundRule = RefundRule.PROPORTIONAL,
        kept_max: int | None = None,
    ) -> Order:  # fmt: skip
        number = next(_numbers)
        order = Order(
            external_id=f"S-{number}", seller=seller, buyer=buyer, total_minor=amount,
            ordered_at=now(),
        )  # fmt: skip
        line = OrderLine(
            position=1, external_id="1", listing_external_id="L", title="Théière", quantity=1,
            unit_price_minor=amount, total_minor=amount,
        )  # fmt: skip
        order.lines = [line]
        session.add(order)
        session.flush()
        parts = split_vat(fee, 2000)
        plan = plan_in_force(session, "essentiel")
        assert plan
        session.add(
            Commission(
                order_line_id=line.id, plan_id=plan.id, rate_bp=1200, base_minor=amount,
                gross_minor=fee, net_minor=parts.net_minor, vat_minor=parts.vat_minor,
                vat_bp=2000, refund_rule=rule, kept_minor_max=kept_max,
            )
        )  # fmt: skip
        session.flush()
        return order

    return make


@pytest.fixture
def hear(session: Session) -> Callable[[Iterable[Any]], None]:
    """Return a function that keeps and applies events, then asks the database's own guards."""

    def apply(events: Iterable[Any]) -> None:
        for event in events:
            keep_event(session, event)
            apply_event(session, event["id"])
        check_books(session)

    return apply
