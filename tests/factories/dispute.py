"""Disputes for tests: bodies as they are sent, received ones, their forms filled in."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.decision import Reason
from backoffice.core.permissions import SYSTEM
from backoffice.marketplace.order import Order
from backoffice.queues.disputes.form import DisputeForm
from backoffice.queues.disputes.receive import Brought, Received, receive
from tests.factories.order import make_order

_numbers = count(1)
REASONS = {"refund": "dispute_not_conform", "protect": "dispute_other_item"}


def make_paid_order(session: Session, *lines: int, **changes: Any) -> Order:
    """Keep one more order that was paid, shipped and delivered three weeks ago."""
    paid_at = now() - timedelta(days=24)
    return make_order(
        session,
        lines=lines or (9890,),
        **{
            "paid_at": paid_at,
            "shipped_at": paid_at + timedelta(days=1),
            "delivered_at": paid_at + timedelta(days=3),
            **changes,
        },
    )


def dispute_body(order: Order, /, **changes: Any) -> dict[str, Any]:
    """Return what a marketplace sends about an order whose buyer wants all of it back."""
    return {
        "external_id": f"litige-{next(_numbers)}",
        "order": order.external_id,
        "basis": "conformity",
        "claim": "Le son grésille depuis le premier jour.",
        "claimed_at": (now() - timedelta(days=2)).isoformat(),
        "amount_minor": order.total_minor,
        "currency": "EUR",
        "lines": [],
        "grounds": ["other_item"],
        "answer": "L’exemplaire revenu porte un autre numéro de série.",
        **changes,
    }


def form_of(body: dict[str, Any]) -> DisputeForm:
    """Return a body as the API validates it."""
    return DisputeForm.model_validate(
        {**body, "claimed_at": datetime.fromisoformat(body["claimed_at"])}
    )


def make_dispute(
    session: Session, order: Order | None = None, files: tuple[Brought, ...] = (), **changes: Any
) -> Received:
    """Receive one more dispute, about one more order where none is given."""
    form = form_of(dispute_body(order or make_paid_order(session), **changes))
    return receive(session, form, actor=SYSTEM, channel="api", files=files)


def reasoned(session: Session, action: str, /, **more: Any) -> dict[str, Any]:
    """Return what the form of a reasoned decision says."""
    code = REASONS[action]
    reason = session.scalars(select(Reason).where(Reason.code == code)).one()
    return {"reasons": [reason.id], "facts": "La photo A-1 montre le numéro expédié.", **more}


def refunding(session: Session, case: Case, amount: str = "", **more: Any) -> dict[str, Any]:
    """Return what the form says that refunds an amount, or all that is left."""
    what = {"what": "amount", "amount": amount} if amount else {"what": "all"}
    return reasoned(session, "refund", **{**what, "when": "at_once", **more})


def make_case(session: Session) -> Case:
    """Open one more case, as the tests that go over every queue ask each factory."""
    return make_dispute(session).case
