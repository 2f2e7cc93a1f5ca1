"""The order watch: lists of what nobody follows up, the oldest first, and a search of orders."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload

from backoffice.billing.refund import Refund, RefundKind, RefundState
from backoffice.core.clock import now
from backoffice.core.money import Money
from backoffice.core.text import N_
from backoffice.desk.briefly import briefly, turn
from backoffice.desk.finder import sellers
from backoffice.marketplace.buyer import Buyer
from backoffice.marketplace.order import Order
from backoffice.marketplace.order_watch import late
from backoffice.marketplace.thread_message import ThreadMessage
from backoffice.web.pagination import Count, Keyset, Page, count_up_to
from backoffice.web.sheet import AsIs

BATCH, BUYERS_MAX = 500, 100


class Watch(NamedTuple):
    """One list: its name, what it holds and why, its order."""

    label: str
    hint: str
    holds: Callable[[datetime], ColumnElement[bool]] | None
    order: Keyset
    of: type[Order] | type[ThreadMessage] = Order


def _unless_refunded(
    condition: Callable[[datetime], ColumnElement[bool]],
) -> Callable[[datetime], Any]:
    """Leave out what was refunded wholly: nobody waits for it."""
    refunded = (
        select(func.coalesce(func.sum(Refund.amount_minor), 0))
        .where(Refund.order_id == Order.id, Refund.state == RefundState.SUCCEEDED,
               Refund.kind != RefundKind.COMPENSATION)
        .scalar_subquery()
    )  # fmt: skip
    return lambda at: and_(condition(at), refunded < Order.total_minor)


BY_PAYMENT = Keyset((Order.paid_at, Order.id))
WATCHES = {
    "not_shipped": Watch(
        N_("Not shipped"),
        N_("Paid, and not shipped within the days that sellers have for it."),
        _unless_refunded(late.not_shipped),
        BY_PAYMENT,
    ),
    "not_delivered": Watch(
        N_("Not delivered"),
        N_("Paid, and not delivered within the days that sellers have for it."),
        _unless_refunded(late.not_delivered),
        BY_PAYMENT,
    ),
    "unanswered": Watch(
        N_("Not answered"),
        N_("Messages of the last 30 days that sellers have not answered in time: the hours of"
           " Sundays and public holidays do not count."),
        late.unanswered,
        Keyset((ThreadMessage.sent_at, ThreadMessage.id)),
        ThreadMessage,
    ),
    "unpaid": Watch(
        N_("Unpaid"),
        N_("Ordered and not paid: the seller need not ship."),
        lambda _: late.unpaid(),
        Keyset((Order.ordered_at, Order.id)),
    ),
    "all": Watch(N_("All orders"), "", None, Keyset((Order.id,), descending=True)),
}  # fmt: skip


def rows_of(session: Session, watch: Watch, query: str) -> Select[Any]:
    """Return what a list holds; of all orders, those that match what is searched for."""
    rows: Select[Any]
    if watch.of is ThreadMessage:
        rows = select(ThreadMessage).options(joinedload(ThreadMessage.seller))
    else:
        rows = select(Order).options(lazyload(Order.lines))
    if watch.holds:
        rows = rows.where(watch.holds(now()))
    return rows.where(_matching(session, query)) if query else rows


def page_of(session: Session, watch: Watch, query: str, cursor: str | None, size: int) -> Page:
    """Return the page of a list at this cursor."""
    return watch.order.page(session, rows_of(session, watch, query), cursor, size)


def counts(session: Session) -> dict[str, Count]:
    """Return how many each list holds, some seconds old at most; nobody counts all orders."""
    late_ones = {name: watch for name, watch in WATCHES.items() if watch.holds}
    return briefly(
        ("watch", turn()),
        lambda: {
            name: count_up_to(session, rows_of(session, watch, ""))
            for name, watch in late_ones.items()
        },
    )


def _matching(session: Session, query: str) -> ColumnElement[bool]:
    """Find orders by their number, their buyer's e-mail, their seller's number or name."""
    buyers = session.scalars(
        select(Buyer.id).where(func.lower(Buyer.email) == query.lower()).limit(BUYERS_MAX)
    ).all()
    theirs = [one.id for one in sellers(session, query)]
    return or_(Order.external_id == query, Order.buyer_id.in_(buyers), Order.seller_id.in_(theirs))


def known_orders(session: Session, messages: list[ThreadMessage]) -> set[tuple[int, str]]:
    """Return which orders that messages name are known, each with its seller."""
    named = {message.order for message in messages if message.order}
    found = select(Order.seller_id, Order.external_id).where(Order.external_id.in_(named))
    return {(seller, number) for seller, number in session.execute(found)}


def file_rows(session: Session, watch: Watch, query: str) -> Iterator[list[Any]]:
    """Yield a list as the rows of a file."""
    is_messages = watch.of is ThreadMessage
    yield _message_headings() if is_messages else _order_headings()
    cells: Callable[[Any], list[Any]] = _message_cells if is_messages else _order_cells
    yield from map(cells, watch.order.every(session, rows_of(session, watch, query), BATCH))


def _order_headings() -> list[str]:
    return [_("Order"), _("Seller’s number"), _("Seller"), _("Buyer"), _("Buyer’s e-mail"),
            _("Ordered"), _("Paid"), _("Shipped"), _("Delivered"), _("Total (€)"), _("Carrier"),
            _("Tracking number")]  # fmt: skip


def _order_cells(order: Order) -> list[Any]:
    times = (order.ordered_at, order.paid_at, order.shipped_at, order.delivered_at)
    names = (order.external_id, order.seller.external_id, order.seller.display_name,
             order.buyer.name, order.buyer.email)  # fmt: skip
    return [*map(AsIs, names), *times, Money(order.total_minor), AsIs(order.carrier),
            AsIs(order.tracking_number)]  # fmt: skip


def _message_headings() -> list[str]:
    return [_("Thread"), _("Order"), _("Seller’s number"), _("Seller"), _("Buyer"), _("Sent"),
            _("Message")]  # fmt: skip


def _message_cells(message: ThreadMessage) -> list[Any]:
    names = (message.thread, message.order, message.seller.external_id,
             message.seller.display_name, message.author)  # fmt: skip
    return [*map(AsIs, names), message.sent_at, AsIs(message.text)]
