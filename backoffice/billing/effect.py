"""What a refund would do to each account, in cents, before it is decided."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.commission import Commission
from backoffice.billing.refund import RefundKind
from backoffice.billing.refunding import fee_back_minor, fee_minor
from backoffice.billing.stripe_object import StripeObject
from backoffice.core.money import euros
from backoffice.core.text import N_, Text, both, text
from backoffice.marketplace.order import Order, OrderLine

ACCOUNTS = (N_("Buyer"), N_("Seller"), N_("Us"))


class Effect(NamedTuple):
    """Rows of (name, cents per account), each summing to zero, and what else is to be known."""

    accounts: tuple[str, ...]
    rows: tuple[tuple[Text, tuple[int, int, int]], ...]
    notes: tuple[Text, ...]


def effect_of_refund(session: Session, order: Order, amount_minor: int, kind: RefundKind) -> Effect:
    """Return what it does to buyer, seller and marketplace; the commission as at the sale."""
    if kind == RefundKind.GOODWILL:
        rows: tuple[tuple[Text, tuple[int, int, int]], ...] = (
            (text("Goodwill to the buyer"), (amount_minor, 0, -amount_minor)),
        )
        return Effect(ACCOUNTS, rows, _stripe_fee(session, order))
    if kind == RefundKind.COMPENSATION:
        rows = ((text("Compensation of the seller"), (0, amount_minor, -amount_minor)),)
        return Effect(ACCOUNTS, rows, ())
    back_minor = fee_back_minor(session, order, amount_minor)
    rows = (
        (text("Price"), (amount_minor, -amount_minor, 0)),
        (_commission(session, order), (0, back_minor, -back_minor)),
    )
    notes = _kept(session, order, back_minor) + _stripe_fee(session, order)
    return Effect(ACCOUNTS, rows, notes)


def _commission(session: Session, order: Order) -> Text:
    """Name the commission by its rate; by none where lines were sold at different ones."""
    rates = session.scalars(
        select(Commission.rate_bp)
        .join(OrderLine, OrderLine.id == Commission.order_line_id)
        .where(OrderLine.order_id == order.id)
        .distinct()
    ).all()
    if len(rates) != 1:
        return text("Commission")
    written = f"{rates[0] / 100:g}"
    rate = both(f"{written.replace('.', ',')}\N{NO-BREAK SPACE}%", f"{written}%")
    return text("Commission %(rate)s", rate=rate)


def _kept(session: Session, order: Order, back_minor: int) -> tuple[Text, ...]:
    if back_minor or not fee_minor(session, order):
        return ()
    return (text("We keep our commission."),)


def _stripe_fee(session: Session, order: Order) -> tuple[Text, ...]:
    """Say what Stripe took for the payment and keeps, where its balance transaction is known."""
    charge = session.get(StripeObject, order.charge) if order.charge else None
    entry = charge.payload.get("balance_transaction") if charge else None
    if not isinstance(entry, dict) or not entry.get("fee"):
        return ()
    return (text("Stripe’s fee of %(fee)s stays paid.", fee=euros(entry["fee"])),)
