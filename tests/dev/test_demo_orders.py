"""The demo's orders: in every state, and late enough for every list of the order watch."""

from contextlib import closing
from itertools import cycle

from sqlalchemy import func, select

from backoffice.core.clock import now
from backoffice.dev.demo_cases import past_registrations
from backoffice.dev.demo_listings import past_listings
from backoffice.dev.demo_orders import ORDERS, demo_orders
from backoffice.dev.sandboxes.stripe import Sandbox
from backoffice.marketplace.order import Order, OrderEvent, OrderEventType, OrderLine
from backoffice.marketplace.order_watch import late
from backoffice.marketplace.thread_message import ThreadMessage
from tests.factories.staff import make_staff
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]


def test_demo_has_orders_in_every_state(app, session, files_dir):
    with app.app_context():
        reviewers = cycle([make_staff(session, role="moderator")])
        past_registrations(session, reviewers)
        past_listings(session, reviewers)
        with closing(Sandbox()) as sandbox:
            demo_orders(session, sandbox)

    def number(*conditions) -> int:
        return session.scalar(select(func.count()).select_from(Order).where(*conditions))

    assert number() == ORDERS
    assert set(session.scalars(select(OrderEvent.type))) == set(OrderEventType)
    lists = (late.unpaid(), late.not_shipped(now()), late.not_delivered(now()))
    assert all(number(condition) > 3 for condition in lists)
    assert number(Order.charge.is_not(None)) == number(Order.paid_at.is_not(None))
    assert session.scalar(select(func.count(OrderLine.revision_id))) > 0
    unanswered = select(func.count()).select_from(ThreadMessage).where(late.unanswered(now()))
    assert session.scalar(unanswered) in (1, 2)
    about = select(func.count()).select_from(ThreadMessage).join(
        Order, (Order.external_id == ThreadMessage.order)
        & (Order.seller_id == ThreadMessage.seller_id),
    )  # fmt: skip
    assert session.scalar(about) == 6
