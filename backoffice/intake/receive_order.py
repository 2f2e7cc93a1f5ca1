"""Receiving an order: kept once under its number, its commission fixed, its events applied.

Everything waits behind the lock of its number, so that an order and an event that come at the same
time find each other.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backoffice.billing.commission import Commission, fix_commission
from backoffice.billing.refunding import goods_are_back
from backoffice.billing.stripe_events import owe_waiting
from backoffice.core.clock import now
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.core.typed_text import InvalidFields
from backoffice.marketplace.buyer import Buyer, keep_buyer
from backoffice.marketplace.listing import Listing, by_reference
from backoffice.marketplace.order import (
    Order,
    OrderEvent,
    OrderEventType,
    OrderLine,
    lock_number,
    order_by_external_id,
    touch,
)
from backoffice.marketplace.order_event import derive, earliest_at, events_of, take_waiting
from backoffice.marketplace.order_form import LineForm, OrderEventForm, OrderForm
from backoffice.marketplace.seller import EXTERNAL_ID, Seller, by_external_id
from backoffice.marketplace.sold import revision_at
from backoffice.queues.disputes.model import Dispute


class ReceivedEvent(NamedTuple):
    """What became of an event: its order, none while that is awaited, and whether it is new."""

    order: Order | None
    is_new: bool


def receive_order(session: Session, external_id: str, form: OrderForm) -> tuple[Order, bool]:
    """Keep an order under its number; tell whether that is new.

    Raises InvalidFields, and NotPossible for what may no longer change.
    """
    _check_number(external_id)
    form.check()
    seller = by_external_id(session, form.seller)
    if seller is None:
        raise InvalidFields({"seller": text("There is no seller of this number.")})
    lock_number(session, external_id)
    order = order_by_external_id(session, external_id, lock=True)
    is_new = order is None
    if order is None:
        order = _keep(session, external_id, seller, form)
    elif order.seller_id != seller.id:
        raise NotPossible(text("This number is known of another seller: choose another."))
    else:
        _change(session, order, form)
    owe_waiting(session, order)
    return order, is_new


def receive_event(session: Session, external_id: str, form: OrderEventForm) -> ReceivedEvent:
    """Keep an event under the number of its order, which may come later; once, however often sent.

    Raises InvalidFields.
    """
    _check_number(external_id)
    form.check()
    lock_number(session, external_id)
    order = order_by_external_id(session, external_id, lock=True)
    if order and form.at < earliest_at(order):
        raise InvalidFields({"at": text("This is before the order was made.")})
    added = session.scalar(
        insert(OrderEvent)
        .values(order_external_id=external_id, order_id=order.id if order else None,
                type=form.type, at=form.at, data=form.data())
        .on_conflict_do_nothing()
        .returning(OrderEvent.id)
    )  # fmt: skip
    if order and added:
        derive(order, events_of(session, order))
        touch(order, now())
        if form.type == OrderEventType.RETURNED:
            goods_are_back(session, order, form.at)
    return ReceivedEvent(order, added is not None)


def _check_number(external_id: str) -> None:
    if not re.fullmatch(EXTERNAL_ID, external_id):
        raise InvalidFields({"external_id": text("A number has letters, digits and . _ : @ - only, "
                                                 "at most 100.")})  # fmt: skip


def _keep(session: Session, external_id: str, seller: Seller, form: OrderForm) -> Order:
    order = Order(
        external_id=external_id,
        seller=seller,
        buyer=_buyer(session, form),
        currency=form.currency,
        total_minor=form.total_minor,
        ordered_at=form.ordered_at,
        return_address=form.return_address or "",
    )
    _take_charge(session, order, form)
    order.lines = _lines(session, seller, form)
    session.add(order)
    session.flush()
    fix_commission(session, order)
    take_waiting(session, order)
    derive(order, events_of(session, order))
    return order


def _change(session: Session, order: Order, form: OrderForm) -> None:
    """Take over what is new of a known order; what money hangs on only before it was paid."""
    if is_other := _is_other(order, form):
        _refuse_settled(session, order)
    buyer, before = _buyer(session, form), _state(order)
    _take_charge(session, order, form)
    if form.return_address is not None:
        order.return_address = form.return_address
    if is_other:
        order.buyer, order.ordered_at = buyer, form.ordered_at
        order.total_minor = form.total_minor
        _replace_lines(session, order, form)
        derive(order, events_of(session, order))
    if is_other or _state(order) != before:
        touch(order, now())


def _is_other(order: Order, form: OrderForm) -> bool:
    """Tell whether what is sent changes what money hangs on."""
    return (
        order.buyer.external_id != form.buyer.external_id
        or order.ordered_at != form.ordered_at
        or order.total_minor != form.total_minor
        or len(order.lines) != len(form.lines)
        or any(_is_other_line(*pair) for pair in zip(order.lines, form.lines, strict=True))
    )


def _is_other_line(kept: OrderLine, sent: LineForm) -> bool:
    return (
        (kept.external_id, kept.listing_external_id, kept.quantity, kept.unit_price_minor)
        != (sent.external_id, sent.listing, sent.quantity, sent.unit_price_minor)
    ) or sent.title not in (None, kept.title)


def _refuse_settled(session: Session, order: Order) -> None:
    if order.paid_at or order.charge:
        raise NotPossible(text("This order is paid: its buyer, time, lines and total no longer"
                               " change."))  # fmt: skip
    if session.scalar(select(exists().where(Dispute.order_id == order.id))):
        raise NotPossible(text("A dispute is about this order: its buyer, time, lines and total no"
                               " longer change."))  # fmt: skip


def _state(order: Order) -> tuple[Any, ...]:
    return order.return_address, order.charge, order.charge_type


def _take_charge(session: Session, order: Order, form: OrderForm) -> None:
    """Note the charge that paid, once; raises NotPossible for another."""
    if form.payment is None:
        return
    sent = (form.payment.charge, form.payment.charge_type)
    if order.charge is None:
        lock_number(session, form.payment.charge)  # of two orders at once one has it
        if session.scalar(select(exists().where(Order.charge == form.payment.charge))):
            raise NotPossible(text("This charge paid another order."))
        order.charge, order.charge_type = sent
    elif (order.charge, order.charge_type) != sent:
        raise NotPossible(text("This order was paid by another charge, which no longer changes."))


def _buyer(session: Session, form: OrderForm) -> Buyer:
    return keep_buyer(session, **form.buyer.model_dump(exclude_none=True))


def _replace_lines(session: Session, order: Order, form: OrderForm) -> None:
    numbers = [line.id for line in order.lines]
    session.execute(delete(Commission).where(Commission.order_line_id.in_(numbers)))
    session.execute(delete(OrderLine).where(OrderLine.id.in_(numbers)))
    session.expire(order, ["lines"])
    order.lines = _lines(session, order.seller, form)
    session.flush()
    fix_commission(session, order)


def _lines(session: Session, seller: Seller, form: OrderForm) -> list[OrderLine]:
    """Build the lines as they were sold; raises InvalidFields for one that nothing names."""
    listings = [by_reference(session, seller.id, line.listing) for line in form.lines]
    lines = [
        _line(session, form, position, listing)
        for position, listing in enumerate(listings)
    ]  # fmt: skip
    _refuse_nameless(lines)
    return lines


def _line(session: Session, form: OrderForm, position: int, listing: Listing | None) -> OrderLine:
    sent = form.lines[position]
    revision = revision_at(session, listing, form.ordered_at) if listing else None
    live_title = listing.live.title if listing and listing.live else ""
    return OrderLine(
        position=position + 1,
        external_id=sent.external_id,
        listing_external_id=sent.listing,
        listing_id=listing.id if listing else None,
        revision_id=revision.id if revision else None,
        title=sent.title or (revision.title if revision else live_title),
        quantity=sent.quantity,
        unit_price_minor=sent.unit_price_minor,
        total_minor=sent.total_minor,
    )


def _refuse_nameless(lines: Sequence[OrderLine]) -> None:
    nameless = [f"lines/{line.position - 1}/title" for line in lines if not line.title]
    if nameless:
        said = text("Write what was sold: no published listing of this number has a title.")
        raise InvalidFields(dict.fromkeys(nameless, said))
