"""Owing a refund: how much is left, what of our commission goes back, what is locked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from backoffice.billing.commission import Commission, RefundRule
from backoffice.billing.refund import Refund, RefundKind, RefundState
from backoffice.billing.stripe_object import StripeObject
from backoffice.core.lock import lock
from backoffice.core.money import euros
from backoffice.core.outbox import Channel, OutboxMessage, OutboxState, put_work
from backoffice.core.refusal import NotPossible
from backoffice.core.text import Text, text
from backoffice.marketplace.order import Order, OrderLine

SEND = "refund.send"
"""The work that asks Stripe; its payload names the refund."""

MOVING = (RefundState.AWAITING_RETURN, RefundState.OWED, RefundState.REQUESTED)
COUNTED = (*MOVING, RefundState.SUCCEEDED)
SETTLED_CHARGEBACKS = frozenset({"won", "lost", "warning_closed", "prevented"})
LOST_CHARGEBACK = and_(StripeObject.type == "dispute", StripeObject.status == "lost")
BY_STRIPE = and_(
    StripeObject.type == "refund",
    StripeObject.status.not_in(("failed", "canceled")),
    StripeObject.payload["metadata"]["refund"].astext.is_(None),
)
"""A refund that was not asked for here: made on Stripe's own page."""


def refunds_of(session: Session, order: Order) -> list[Refund]:
    """Return what was decided of an order, the oldest first."""
    query = select(Refund).where(Refund.order_id == order.id).order_by(Refund.number)
    return list(session.scalars(query))


def refunded_minor(session: Session, order: Order) -> int:
    """Return what the buyer has back, or will have: by decisions here, by Stripe, by the bank."""
    ours = session.scalar(
        select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
            Refund.order_id == order.id,
            Refund.state.in_(COUNTED),
            Refund.kind != RefundKind.COMPENSATION,
        )
    )
    known = select(Refund.stripe_id).where(
        Refund.order_id == order.id, Refund.stripe_id.is_not(None)
    )
    others = session.scalar(
        select(func.coalesce(func.sum(StripeObject.amount_minor), 0)).where(
            StripeObject.order_id == order.id,
            or_(BY_STRIPE, LOST_CHARGEBACK),
            StripeObject.id.not_in(known),
        )
    )
    return int(ours or 0) + int(others or 0)


def left_minor(session: Session, order: Order) -> int:
    """Return how much of an order can still be refunded, in cents."""
    return order.total_minor - refunded_minor(session, order)


def open_chargeback(session: Session, order: Order) -> StripeObject | None:
    """Return the chargeback on an order's charge that the bank has not settled, if any."""
    return session.scalars(
        select(StripeObject)
        .where(
            StripeObject.order_id == order.id,
            StripeObject.type == "dispute",
            StripeObject.status.not_in(SETTLED_CHARGEBACKS),
        )
        .limit(1)
    ).first()


def why_locked(session: Session, order: Order) -> Text | None:
    """Return why nothing of an order can be refunded at present, or None."""
    if order.charge is None:
        return text("We know of no payment of this order: nothing can be refunded.")
    if open_chargeback(session, order) is not None:
        return text("The buyer’s bank contests this payment: wait until the chargeback is settled.")
    return None


def fee_minor(session: Session, order: Order) -> int:
    """Return the commission of a whole order, VAT included, as it was at the sale."""
    return int(session.scalar(_of_order(order, func.sum(Commission.gross_minor))) or 0)


def fee_back_minor(session: Session, order: Order, amount_minor: int) -> int:
    """Return what of our commission goes back with a refund of this amount, in cents.

    In proportion to all that is refunded then, less what went back before: a whole order refunded
    in parts gives the whole commission back, to the cent.
    """
    rule = session.execute(
        _of_order(order, Commission.refund_rule, Commission.kept_minor_max).limit(1)
    ).first()
    if rule is None or rule[0] == RefundRule.KEPT:
        return 0
    whole = fee_minor(session, order)
    if rule[0] == RefundRule.CAPPED:
        whole -= min(whole, rule[1])
    borne = [
        one for one in refunds_of(session, order)
        if one.kind == RefundKind.SELLER and one.state in COUNTED
    ]  # fmt: skip
    refunded = sum(one.amount_minor for one in borne) + amount_minor
    share = (2 * whole * refunded + order.total_minor) // (2 * order.total_minor)
    return max(0, min(whole, share) - sum(one.fee_minor for one in borne))


def owe_refund(
    session: Session, order: Order, *, kind: RefundKind, amount_minor: int, at: datetime,
    undo_for: timedelta, case_id: int | None = None, decision_id: int | None = None,
    return_by: datetime | None = None,
) -> Refund:  # fmt: skip
    """Owe a refund from the moment that it can no longer be undone, or once the goods are back.

    The order is locked, so that of two at once the second sees the first. Raises NotPossible for
    more than is left, for a charge under chargeback, and without a charge.
    """
    lock(session, order)
    if (why := why_locked(session, order)) is not None:
        raise NotPossible(why)
    pays_buyer = kind != RefundKind.COMPENSATION
    if pays_buyer and amount_minor > (left := left_minor(session, order)):
        raise NotPossible(
            text("No more than %(left)s can still be refunded.",
left=euros(left))
        )  # fmt: skip
    refund = Refund(
        order_id=order.id,
        number=1 + len(refunds_of(session, order)),
        case_id=case_id,
        decision_id=decision_id,
        kind=kind,
        amount_minor=amount_minor,
        currency=order.currency,
        fee_minor=(
            fee_back_minor(session, order, amount_minor) if kind == RefundKind.SELLER else 0
        ),
        state=RefundState.AWAITING_RETURN if return_by else RefundState.OWED,
        return_by=return_by,
    )
    session.add(refund)
    session.flush()
    if return_by is None:
        send(session, refund, at + undo_for)
    return refund


def send(session: Session, refund: Refund, available_at: datetime) -> None:
    """Owe Stripe's answer to a refund from a moment on."""
    refund.state = RefundState.OWED
    put_work(
        session, Channel.BILLING, SEND, {"refund_id": refund.id}, case_id=refund.case_id,
        decision_id=refund.decision_id, available_at=available_at,
    )  # fmt: skip


def goods_are_back(session: Session, order: Order, at: datetime) -> None:
    """Owe what waited for the goods of an order, from the moment that they are back."""
    for refund in refunds_of(session, order):
        if refund.state == RefundState.AWAITING_RETURN:
            send(session, refund, at)


def take_back(session: Session, refund: Refund) -> bool:
    """Cancel a refund of which nothing has left; returns False where the money is on its way."""
    lock(session, refund)
    rows = _sends(session, refund)
    if refund.state == RefundState.FAILED:
        return True
    if _has_left(refund, rows):
        return False
    for row in rows:
        row.state = OutboxState.CANCELLED
    refund.state = RefundState.CANCELLED
    return True


def stand_again(session: Session, refund: Refund) -> None:
    """Owe a refund again that was taken back, as the decision that owed it stands again.

    What asks Stripe comes back with the decision; one of which nothing was owed yet awaits the
    goods as before.
    """
    lock(session, refund.order)
    if refund.state != RefundState.CANCELLED:
        return
    pays_buyer = refund.kind != RefundKind.COMPENSATION
    if pays_buyer and refund.amount_minor > (left := left_minor(session, refund.order)):
        raise NotPossible(
            text("No more than %(left)s can still be refunded.", left=euros(left))
        )  # fmt: skip
    is_sent = bool(_sends(session, refund))
    refund.state = RefundState.OWED if is_sent else RefundState.AWAITING_RETURN


def has_left(session: Session, refund: Refund) -> bool:
    """Tell whether a refund’s money is on its way: then it can no longer be taken back."""
    return _has_left(refund, _sends(session, refund))


def _has_left(refund: Refund, rows: Sequence[OutboxMessage]) -> bool:
    if refund.state in (RefundState.REQUESTED, RefundState.SUCCEEDED):
        return True
    return refund.state == RefundState.OWED and any(row.taken_at for row in rows)


def _sends(session: Session, refund: Refund) -> Sequence[OutboxMessage]:
    """Return what asks Stripe for a refund, locked."""
    return session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.channel == Channel.BILLING,
            OutboxMessage.event == SEND,
            OutboxMessage.payload["refund_id"].as_integer() == refund.id,
        )
        .with_for_update()
    ).all()


def _of_order(order: Order, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Commission)
        .join(OrderLine, OrderLine.id == Commission.order_line_id)
        .where(OrderLine.order_id == order.id)
    )
