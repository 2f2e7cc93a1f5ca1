"""What the list of disputes may be filtered by besides what every list may."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.refunding import SETTLED_CHARGEBACKS
from backoffice.billing.stripe_object import StripeObject
from backoffice.core.case import Case
from backoffice.core.queue import Filter
from backoffice.core.text import N_
from backoffice.queues.column_filter import by_column
from backoffice.queues.disputes.model import BASES, Dispute
from config.settings import get_settings

AMOUNTS = {"above": N_("Above what one person may refund"), "below": N_("Up to that")}


def _amounts(session: Session) -> list[tuple[str, str]]:
    return list(AMOUNTS.items())


def _by_amount(value: str) -> Any:
    is_above = Dispute.amount_minor > get_settings().refund_hold_minor
    return Case.subject_id.in_(
        select(Dispute.id).where(is_above if value == "above" else ~is_above)
    )


def _chargebacks(session: Session) -> list[tuple[str, str]]:
    return [("open", N_("The buyer’s bank contests the payment"))]


def _by_chargeback(value: str) -> Any:
    contested = select(StripeObject.order_id).where(
        StripeObject.type == "dispute", StripeObject.status.not_in(SETTLED_CHARGEBACKS)
    )
    return Case.subject_id.in_(select(Dispute.id).where(Dispute.order_id.in_(contested)))


FILTERS = (
    by_column("basis", N_("Basis of the claim"), BASES, Dispute.basis),
    Filter("amount", N_("Amount"), _amounts, _by_amount),
    Filter("chargeback", N_("Chargeback"), _chargebacks, _by_chargeback),
)
