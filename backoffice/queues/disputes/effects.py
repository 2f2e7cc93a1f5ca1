"""What a decision on a dispute changes: money owed, and how that is taken back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from backoffice.billing import goods_overdue, refund_outcome
from backoffice.billing.refund import Refund, RefundKind
from backoffice.billing.refunding import owe_refund, stand_again, take_back
from backoffice.core import clock
from backoffice.core.action import Context, Effect
from backoffice.core.lock import lock
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.queues.disputes.forms import AFTER_RETURN
from backoffice.queues.disputes.moved import due_to_seller_minor, paid_minor, refunds_of_case
from config.settings import get_settings


def _settle(kind: RefundKind | None) -> Callable[[Context], dict[str, Any]]:
    def apply(context: Context) -> dict[str, Any]:
        """Owe the buyer what is still missing, and the seller what he lost and should not have."""
        if context.replaces is not None and _stands_again(context):
            return _owed_again(context)
        lock(context.session, context.subject.order)
        amount_minor = int(context.data.get("amount_minor") or 0)
        for past in (refund_outcome.FLAG, goods_overdue.FLAG):
            context.case.flag(past, on=False)  # settled by what follows
        made = [*_to_seller(context, kind, amount_minor), *_to_buyer(context, kind, amount_minor)]
        return {"refunds": [one.id for one in made]}

    return apply


def _to_seller(context: Context, kind: RefundKind | None, amount_minor: int) -> list[Refund]:
    borne_minor = amount_minor if kind == RefundKind.SELLER else 0
    due = due_to_seller_minor(context.session, context.case, borne_minor)
    if due < 0:
        raise NotPossible(text("The seller was compensated already: the money has left."))
    return [_owe(context, RefundKind.COMPENSATION, due)] if due else []


def _to_buyer(context: Context, kind: RefundKind | None, amount_minor: int) -> list[Refund]:
    """Return what is owed besides what the buyer has by this case: that is never owed twice."""
    missing = amount_minor - paid_minor(refunds_of_case(context.session, context.case))
    return [_owe(context, kind, missing)] if kind and missing > 0 else []


def _owe(context: Context, kind: RefundKind, amount_minor: int) -> Refund:
    decision = context.decision
    assert decision is not None  # noqa: S101 (effects are carried out for a decision)
    usual = timedelta(seconds=get_settings().undo_seconds)
    return owe_refund(
        context.session,
        context.subject.order,
        kind=kind,
        amount_minor=amount_minor,
        at=context.at,
        undo_for=context.undo_for or usual,
        case_id=context.case.id,
        decision_id=decision.id,
        return_by=_return_by(context) if kind == RefundKind.SELLER else None,
    )


def _return_by(context: Context) -> datetime | None:
    if context.data.get("when") != AFTER_RETURN or context.subject.order.returned_at:
        return None
    return clock.add(context.at, get_settings().send_back_days, clock.Unit.CALENDAR_DAYS)


def _stands_again(context: Context) -> bool:
    """Tell whether what replaced this decision was undone."""
    decision, by = context.decision, context.replaces
    return by is not None and decision is not None and by.supersedes_id == decision.id


def _owed_again(context: Context) -> dict[str, Any]:
    """Bring the decision's own refunds back as they were."""
    assert context.decision is not None  # noqa: S101 (as above)
    own = context.session.scalars(
        select(Refund).where(Refund.decision_id == context.decision.id).order_by(Refund.id)
    ).all()
    last = context.decision.changes[-1]["change"]["refunds"]
    for one in own:
        if one.id in last:
            stand_again(context.session, one)
    return {"refunds": last}


def _take_back(context: Context, change: dict[str, Any]) -> None:
    """Cancel what has not left; what has is settled by the decision that takes this one's place.

    The order is locked first, as what happens to it does: nobody waits for the other in turn.
    """
    lock(context.session, context.subject.order)
    for number in reversed(change["refunds"]):
        refund = context.session.get_one(Refund, number)
        is_undone = context.decision is not None and refund.decision_id == context.decision.id
        if not take_back(context.session, refund) and is_undone:
            raise NotPossible(text("It is too late to undo: the money is on its way."))


PROTECT = Effect("settle", _settle(None), _take_back)
REFUND = Effect("settle", _settle(RefundKind.SELLER), _take_back)
GOODWILL = Effect("settle", _settle(RefundKind.GOODWILL), _take_back)
