"""Orders for tests: bodies as a marketplace sends them, kept ones with their commissions."""

from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from backoffice.billing.commission import fix_commission
from backoffice.core.clock import now
from backoffice.marketplace.buyer import Buyer
from backoffice.marketplace.order import Order, OrderEvent, OrderEventType, OrderLine
from backoffice.marketplace.order_form import EVENT, ORDER
from backoffice.marketplace.seller import Seller
from tests.factories.seller import make_seller

_numbers = count(1)
DERIVED = {kind: f"{kind}_at" for kind in OrderEventType}


def order_body(**changes: Any) -> dict[str, Any]:
    """Return what a marketplace sends for an order."""
    return {**deepcopy(ORDER), **changes}


def event_body(**changes: Any) -> dict[str, Any]:
    """Return what a marketplace sends for an event: the order was shipped."""
    return {**EVENT, **changes}


def make_buyer(session: Session, **changes: Any) -> Buyer:
    """Keep one more buyer."""
    number = next(_numbers)
    columns = {
        "external_id": f"client-{number}",
        "name": f"Claire Dubois {number}",
        "email": f"claire.dubois{number}@example.com",
    }
    buyer = Buyer(**{**columns, **changes})
    session.add(buyer)
    session.flush()
    return buyer


def make_order(
    session: Session, seller: Seller | None = None, buyer: Buyer | None = None, *,
    lines: Sequence[int] = (5900,), ordered_at: datetime | None = None, **changes: Any,
) -> Order:  # fmt: skip
    """Keep one more order with its commissions; `lines` are prices in cents.

    `paid_at=…`, `shipped_at=…` and the like add their events; others change columns.
    """
    number = next(_numbers)
    seller = seller or make_seller(session)
    buyer = buyer or make_buyer(session)
    happened = {kind: changes.pop(name, None) for kind, name in DERIVED.items()}
    columns = {
        "external_id": f"CMD-{number}",
        "seller": seller,
        "buyer": buyer,
        "total_minor": sum(lines),
        "charge": f"ch_{number:024d}" if happened[OrderEventType.PAID] else None,
        "ordered_at": ordered_at
        or min([at for at in happened.values() if at] or [now()]) - timedelta(hours=1),
    }
    order = Order(**{**columns, **changes})
    order.lines = [_line(position, price) for position, price in enumerate(lines, start=1)]
    session.add(order)
    session.flush()
    fix_commission(session, order)
    for kind, at in happened.items():
        if at:
            _happen(session, order, kind, at)
    session.flush()
    return order


def _line(position: int, price_minor: int) -> OrderLine:
    return OrderLine(
        position=position,
        external_id=f"{position}",
        listing_external_id=f"article-{position}",
        title=f"Bol en grès numéro {position}",
        quantity=1,
        unit_price_minor=price_minor,
        total_minor=price_minor,
    )


def _happen(session: Session, order: Order, kind: OrderEventType, at: datetime) -> None:
    data = {}
    if kind == OrderEventType.SHIPPED:
        order.carrier, order.tracking_number = "Colissimo", f"6A{order.id:011d}"
        data = {"carrier": order.carrier, "tracking_number": order.tracking_number}
    setattr(order, DERIVED[kind], at)
    session.add(
        OrderEvent(
            order_external_id=order.external_id, order_id=order.id, type=kind, at=at, data=data
        )
    )
