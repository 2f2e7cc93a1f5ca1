"""Orders: keeping one, telling it, hearing what happened to it."""

from werkzeug.exceptions import NotFound

from backoffice.extensions import db
from backoffice.intake.blueprint import blueprint
from backoffice.intake.door import door
from backoffice.intake.keys import Scope
from backoffice.intake.openapi import Answers, RepeatableHeaders, api
from backoffice.intake.order_answers import EventReceived, OrderShown
from backoffice.intake.receive_order import receive_event, receive_order
from backoffice.intake.told_order import tell_order
from backoffice.marketplace.order import order_by_external_id
from backoffice.marketplace.order_form import OrderEventForm, OrderForm

REFUSALS = (400, 409, 413, 415, 422)


@blueprint.put("/orders/<external_id>")
@door(Scope.ORDERS_WRITE)
@api.validate(
    resp=Answers(*REFUSALS, HTTP_200=OrderShown, HTTP_201=OrderShown),
    operation_id="put_order",
    tags=["orders"],
)
def put_order(external_id: str, json: OrderForm) -> tuple[OrderShown, int]:
    """Keep an order: a new one answers 201, a known one 200 with what holds now.

    Once it is paid or disputed its buyer, time, lines and total no longer change (409); the charge
    may be added, the return address changed. Needs the scope `orders:write`.
    """
    order, is_new = receive_order(db.session(), external_id, json)
    return tell_order(db.session(), order), 201 if is_new else 200


@blueprint.get("/orders/<external_id>")
@door(Scope.ORDERS_READ)
@api.validate(resp=Answers(404, HTTP_200=OrderShown), operation_id="get_order", tags=["orders"])
def get_order(external_id: str) -> OrderShown:
    """Tell an order with its commissions and what happened. Needs the scope `orders:read`."""
    order = order_by_external_id(db.session(), external_id)
    if order is None:
        raise NotFound("There is no order of this number.")
    return tell_order(db.session(), order)


@blueprint.post("/orders/<external_id>/events")
@door(Scope.ORDERS_WRITE, repeatable=True)
@api.validate(
    headers=RepeatableHeaders,
    resp=Answers(*REFUSALS, HTTP_200=EventReceived, HTTP_201=EventReceived, HTTP_202=EventReceived),
    operation_id="post_order_event",
    tags=["orders"],
)
def post_order_event(external_id: str, json: OrderEventForm) -> tuple[EventReceived, int]:
    """Hear what happened to an order: 201 when new, 200 when known, in any order.

    One that comes before its order is kept (202), and applied when that comes. Needs the scope
    `orders:write`.
    """
    received = receive_event(db.session(), external_id, json)
    if received.order is None:
        return EventReceived(status="kept"), 202
    return EventReceived(status="applied"), 201 if received.is_new else 200
