"""What an event of Stripe's tells, and what is asked before it is applied."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy.orm import Session

from backoffice.billing.chargeback import lock_cases
from backoffice.billing.refund import Refund
from backoffice.billing.refund_outcome import lock_refund
from backoffice.billing.stripe_object import StripeObject, remember
from backoffice.core.lock import lock
from backoffice.marketplace.order import ChargeType, Order

RETURNED = ("failed", "canceled")
"""How a refund or a payout stands whose money came back to us."""


class Waits(Exception):  # noqa: N818 (an answer: it is applied later)
    """What an event is about is not known yet."""


class Lacking(Exception):  # noqa: N818 (an answer: fetch it, then apply again)
    """An event names an object that must first be fetched of Stripe."""

    def __init__(self, kind: str, id: str, account: str | None) -> None:
        super().__init__(f"{kind} {id} is not known")
        self.kind, self.id, self.account = kind, id, account


class Link(Enum):
    """How an event stands to our orders."""

    NONE = "none"  # about none of them
    KNOWN = "known"
    NEW = "new"  # since it we know which charge is the order's


@dataclass
class News:
    """What an event tells: an object of Stripe's at a time; `account` is a connected one's."""

    session: Session
    told: Mapping[str, Any]
    at: datetime
    account: str | None = None
    order: Order = field(init=False)

    def about(self, order: Order | None, refund: Refund | None = None) -> None:
        """Lock what the event is about: cases, order and refund, in the order that decisions do."""
        if order is None:
            raise Waits(f"no order is known for {self.told['object']} {self.told['id']}")
        if refund is not None:
            lock_cases(self.session, order, refund.case_id)
        self.order = lock(self.session, order, alone=True)
        if refund is not None:
            lock_refund(self.session, refund)

    def kept(self, charge: str | None) -> Mapping[str, Any]:
        """Keep the object; returns the newest that is known of it."""
        row = remember(
            self.session, self.told, told_at=self.at, order_id=self.order.id, charge=charge
        )
        return row.payload

    @property
    def is_direct(self) -> bool:
        """Whether the charge lies on the seller's account: then only our fee moves our money."""
        return self.order.charge_type == ChargeType.DIRECT


def balance_txn_of(news: News) -> Mapping[str, Any]:
    """Return the balance transaction of what is told: it says what moved and what Stripe keeps."""
    named = news.told["balance_transaction"]
    if named is None:
        raise Waits(f"{news.told['id']} has no balance transaction yet")
    if isinstance(named, Mapping):
        return named
    if (kept := news.session.get(StripeObject, named)) is None:
        raise Lacking("balance_transaction", named, news.account)
    return kept.payload


def id_of(value: Any) -> Any:
    """Return the id of an object that may be expanded."""
    return value["id"] if isinstance(value, Mapping) else value
