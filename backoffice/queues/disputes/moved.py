"""What money a case has moved, or will: what the buyer has of it, what it costs the seller."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.refund import Refund, RefundKind
from backoffice.billing.refunding import COUNTED, has_left, left_minor
from backoffice.core.case import Case
from backoffice.marketplace.order import Order


def refunds_of_case(session: Session, case: Case) -> list[Refund]:
    """Return what a case's decisions owe or have paid, the oldest first."""
    query = select(Refund).where(Refund.case_id == case.id, Refund.state.in_(COUNTED))
    return list(session.scalars(query.order_by(Refund.id)))


def paid_minor(refunds: Iterable[Refund]) -> int:
    """Return what the buyer has of these, whoever bears it."""
    return sum(one.amount_minor for one in refunds if one.kind != RefundKind.COMPENSATION)


def at_most_minor(session: Session, case: Case, order: Order) -> int:
    """Return how much a decision may give the buyer in all: what this case gave counts again."""
    return left_minor(session, order) + paid_minor(refunds_of_case(session, case))


def due_to_seller_minor(session: Session, case: Case, borne_minor: int) -> int:
    """Return what the seller is owed once only so much of the refunds is to stay his.

    What can still be taken back never cost him anything. Of a refund the seller has lost the amount
    less the commission that came back with it; negative where he was paid more than that already.
    """
    gone = [one for one in refunds_of_case(session, case) if has_left(session, one)]
    his = [one for one in gone if one.kind == RefundKind.SELLER]
    amount, fee = sum(one.amount_minor for one in his), sum(one.fee_minor for one in his)
    had = sum(one.amount_minor for one in gone if one.kind == RefundKind.COMPENSATION)
    stays = min(borne_minor, amount)
    fee_of_rest = fee - (2 * fee * stays + amount) // (2 * amount) if amount else 0
    return amount - stays - fee_of_rest - had
