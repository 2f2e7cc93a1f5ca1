"""Orders for tests of money: of one line, with the commission that the test names."""

from itertools import count

from sqlalchemy.orm import Session

from backoffice.billing.commission import Commission, RefundRule
from backoffice.billing.plan import plan_in_force
from backoffice.core.clock import now
from backoffice.core.money import split_vat
from backoffice.marketplace.buyer import Buyer
from backoffice.marketplace.order import Order, OrderLine
from backoffice.marketplace.seller import Seller
from tests.factories.seller import make_seller

_numbers = count(1)


def make_sold(
    session: Session, seller: Seller | None = None, amount: int = 12_000, fee: int = 1_440,
    rule: RefundRule = RefundRule.PROPORTIONAL, kept_max: int | None = None,
) -> Order:  # fmt: skip
    """Make an order that is not paid yet, in cents; `kept_max` goes with the capped rule."""
    number = next(_numbers)
    buyer = Buyer(external_id=f"B-{number}", name="Léa Petit", email="lea@example.fr")
    order = Order(
        external_id=f"S-{number}", seller=seller or make_seller(session), buyer=buyer,
        total_minor=amount, ordered_at=now(),
    )  # fmt: skip
    line = OrderLine(
        position=1, external_id="1", listing_external_id="L", title="Théière", quantity=1,
        unit_price_minor=amount, total_minor=amount,
    )  # fmt: skip
    order.lines = [line]
    session.add_all([buyer, order])
    session.flush()
    parts, plan = split_vat(fee, 2000), plan_in_force(session, "essentiel")
    assert plan is not None
    session.add(
        Commission(
            order_line_id=line.id, plan_id=plan.id, rate_bp=plan.commission_bp, base_minor=amount,
            gross_minor=fee, net_minor=parts.net_minor, vat_minor=parts.vat_minor, vat_bp=2000,
            refund_rule=rule, kept_minor_max=kept_max,
        )
    )  # fmt: skip
    session.flush()
    return order
