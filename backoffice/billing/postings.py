"""What is posted of Stripe's objects: each effect once, its amounts read from the object itself.

On a destination charge Stripe may move the gross amount to the seller and collect its fee from
there (the fee then has a balance transaction of its own), or move the net. Both come to the same:
of a settled order nothing is left on the seller's account.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.commission import Commission
from backoffice.billing.ledger import Line, Source, entry_of, post, reverse
from backoffice.core.clock import paris_day
from backoffice.core.money import split_vat
from backoffice.marketplace.order import ChargeType, Order, OrderLine

Told = Mapping[str, Any]

JOURNAL = "ST"
TRANSIT, BANK = "580", "512"
STRIPE, FEES, SELLERS, COMMISSIONS, VAT, LOSSES = "517", "6278", "4671", "706200", "44571", "654"
VAT_BP = 2000  # of a fee on an order whose commission we never fixed


def post_charge(session: Session, order: Order, charge: Told, balance: Told) -> None:
    """Post a buyer's payment, and what Stripe keeps of it."""
    paid, fee = balance["amount"], balance["fee"]
    lines = [Line(STRIPE, paid), Line(FEES, fee), _seller(order, -paid), Line(STRIPE, -fee)]
    _post(session, order, "charge", f"charge:{charge['id']}", charge, lines)


def post_fee(session: Session, order: Order, fee: Told) -> None:
    """Post our commission as Stripe collected it."""
    lines = _commission(session, order, fee, fee["amount"], 0)
    _post(session, order, "fee", f"fee:{fee['id']}", fee, lines)


def post_fee_refund(session: Session, order: Order, refund: Told, *, before_minor: int) -> None:
    """Post what went back of our commission; `before_minor` is what had gone back until then.

    VAT is that of all that is back by now, less that of before: parts add up to the whole.
    """
    lines = _commission(session, order, refund, before_minor + refund["amount"], before_minor)
    back = [Line(line.code, -line.amount_minor, line.seller_id) for line in lines]
    _post(session, order, "fee_refund", f"fee_refund:{refund['id']}", refund, back)


def post_transfer(session: Session, order: Order, transfer: Told, *, ours: bool) -> None:
    """Post what went to the seller: its own money, or `ours` where we compensate it."""
    amount = transfer["amount"]
    lines = [_borne(order, amount, ours), Line(STRIPE, -amount)]
    _post(session, order, "transfer", f"transfer:{transfer['id']}", transfer, lines)


def post_transfer_reversal(session: Session, order: Order, reversal: Told, *, ours: bool) -> None:
    """Post what came back from the seller."""
    amount = reversal["amount"]
    lines = [Line(STRIPE, amount), _borne(order, -amount, ours)]
    key = f"transfer_reversal:{reversal['id']}"
    _post(session, order, "transfer_reversal", key, reversal, lines)


def post_refund(
    session: Session, order: Order, refund: Told, *, ours: bool, case_id: int | None = None
) -> None:
    """Post what the buyer has back, at the seller's cost or at `ours`."""
    amount = refund["amount"]
    lines = [_borne(order, amount, ours), Line(STRIPE, -amount)]
    _post(session, order, "refund", refund_key(refund["id"]), refund, lines, case_id)


def reverse_refund(session: Session, refund_id: str, at: datetime) -> None:
    """Post that a refund came back to us, if it was posted."""
    if (entry := entry_of(session, refund_key(refund_id))) is not None:
        key = f"refund:{refund_id}:failed"
        reverse(session, entry, idem_key=key, occurred_on=paris_day(at))


def post_chargeback(session: Session, order: Order, chargeback: Told) -> None:
    """Post what the bank took and gave back, as the chargeback's balance transactions show it."""
    moves = sorted(chargeback["balance_transactions"], key=lambda one: one["created"])
    for name, sign in (("withdrawn", -1), ("reinstated", 1)):
        own = [one for one in moves if one["amount"] * sign > 0]
        for number, move in enumerate(own, start=1):
            amount, fee = move["amount"], move["fee"]
            again = f":{number}" if number > 1 else ""
            _post(
                session, order, f"chargeback.{name}", f"dispute:{chargeback['id']}:{name}{again}",
                {**move, "object": "dispute", "id": chargeback["id"]},
                [_seller(order, -amount), Line(FEES, fee), Line(STRIPE, amount - fee)],
            )  # fmt: skip


def post_payout(session: Session, payout: Told, balance: Told) -> None:
    """Post what left for our bank, on the day it left our balance, and what Stripe keeps of it."""
    lines = [Line(TRANSIT, -balance["amount"]), Line(FEES, balance["fee"])]
    lines.append(Line(STRIPE, balance["net"]))
    _post(session, None, "payout", f"payout:{payout['id']}", payout, lines)


def post_bank_line(
    session: Session, payout_id: str, amount_minor: int, currency: str, *, on: date,
    piece_ref: str, posted_by: str,
) -> None:  # fmt: skip
    """Post that a payout stands in our bank account."""
    post(
        session,
        idem_key=f"payout:{payout_id}:bank",
        kind="payout.banked",
        journal=JOURNAL,
        occurred_on=on,
        lines=[Line(BANK, amount_minor), Line(TRANSIT, -amount_minor)],
        source=Source("payout", payout_id),
        currency=currency,
        piece_ref=piece_ref,
        posted_by=posted_by,
    )


def reverse_payout(session: Session, payout_id: str, at: datetime) -> None:
    """Post that a payout came back to our balance, and that the bank does not have it."""
    for key in (f"payout:{payout_id}", f"payout:{payout_id}:bank"):
        if (entry := entry_of(session, key)) is not None:
            reverse(session, entry, idem_key=f"{key}:failed", occurred_on=paris_day(at))


def refund_key(refund_id: str) -> str:
    """Return the key of the entry of a refund that succeeded."""
    return f"refund:{refund_id}:succeeded"


def _commission(
    session: Session, order: Order, told: Told, until_minor: int, from_minor: int
) -> list[Line]:
    """Return the lines of a part of a commission, by whom and how Stripe collected it.

    Without a balance transaction it was never moved by itself: what the seller got was net of it.
    """
    amount, rate_bp = until_minor - from_minor, _vat_bp(session, order)
    until, before = split_vat(until_minor, rate_bp), split_vat(from_minor, rate_bp)
    earned = [
        Line(COMMISSIONS, before.net_minor - until.net_minor),
        Line(VAT, before.vat_minor - until.vat_minor),
    ]
    if order.charge_type == ChargeType.DIRECT:
        return [Line(STRIPE, amount), *earned]
    moved = (
        [Line(STRIPE, amount), _seller(order, -amount)] if told.get("balance_transaction") else []
    )
    return [_seller(order, amount), *earned, *moved]


def _vat_bp(session: Session, order: Order) -> int:
    """Return the rate of VAT that the order's commission had at the sale."""
    rate = session.scalar(
        select(Commission.vat_bp)
        .join(OrderLine, OrderLine.id == Commission.order_line_id)
        .where(OrderLine.order_id == order.id)
        .limit(1)
    )
    return VAT_BP if rate is None else rate


def _seller(order: Order, amount_minor: int) -> Line:
    return Line(SELLERS, amount_minor, order.seller_id)


def _borne(order: Order, amount_minor: int, ours: bool) -> Line:
    return Line(LOSSES, amount_minor) if ours else _seller(order, amount_minor)


def day_of(told: Told) -> date:
    """Return the Paris day on which Stripe made an object."""
    return paris_day(datetime.fromtimestamp(told["created"], UTC))


def _post(
    session: Session, order: Order | None, kind: str, key: str, told: Told, lines: list[Line],
    case_id: int | None = None,
) -> None:  # fmt: skip
    post(
        session,
        idem_key=key,
        kind=kind,
        journal=JOURNAL,
        occurred_on=day_of(told),
        lines=lines,
        source=Source(told["object"], told["id"]),
        currency=told["currency"].upper(),
        order_id=order.id if order else None,
        case_id=case_id,
        piece_ref=order.external_id if order else told["id"],
    )
