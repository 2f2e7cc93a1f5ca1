"""Orders as the API tells them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.commission import Commission
from backoffice.intake.order_answers import (
    BuyerShown,
    CommissionShown,
    LineShown,
    OrderEventShown,
    OrderShown,
    PaymentShown,
)
from backoffice.marketplace.order import Order, OrderEventType, OrderLine
from backoffice.marketplace.order_event import events_of

LINE = ("external_id", "title", "quantity", "unit_price_minor", "total_minor")
SAME = ("external_id", "ordered_at", "currency", "total_minor", "version")


def tell_order(session: Session, order: Order) -> OrderShown:
    """Tell an order with its lines, commissions and events."""
    payment = PaymentShown(charge=order.charge, charge_type=order.charge_type) \
        if order.charge else None  # fmt: skip
    return OrderShown(
        **{name: getattr(order, name) for name in SAME},
        **{(name := f"{kind}_at"): getattr(order, name) for kind in OrderEventType},
        seller=order.seller.external_id,
        buyer=BuyerShown.model_validate(order.buyer, from_attributes=True),
        lines=_lines(session, order),
        return_address=order.return_address or None,
        payment=payment,
        carrier=order.carrier or None,
        tracking_number=order.tracking_number or None,
        events=[
            OrderEventShown.model_validate(event, from_attributes=True)
            for event in events_of(session, order)
        ],
    )


def _lines(session: Session, order: Order) -> list[LineShown]:
    rows = session.execute(
        select(OrderLine, Commission)
        .join(Commission, Commission.order_line_id == OrderLine.id)
        .where(OrderLine.order_id == order.id)
        .order_by(OrderLine.position)
    )
    return [
        LineShown(
            **{name: getattr(line, name) for name in LINE},
            listing=line.listing_external_id,
            commission=CommissionShown.model_validate(commission, from_attributes=True),
        )
        for line, commission in rows
    ]
