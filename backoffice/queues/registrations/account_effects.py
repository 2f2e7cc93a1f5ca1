"""What a decision on a seller's account changes, and how it is taken back."""

from datetime import datetime
from typing import Any

from backoffice.core.action import Context, Effect
from backoffice.core.clock import Unit, add
from backoffice.marketplace import sanction
from backoffice.marketplace.sanction import FACTORS, Basis
from backoffice.queues.standard import end_of_day


def ends_at(context: Context) -> datetime:
    """Return when the account ends by this decision: after its notice, or at once."""
    if context.data.get("exception"):
        return context.at
    days = context.data["notice_days"]
    return add(Basis.of(context).notified_at, days, Unit.CALENDAR_DAYS)


def _suspend(context: Context) -> dict[str, Any]:
    factors = {name: context.data[name] for name in FACTORS}
    until = end_of_day(context.data["until"])
    seller = context.subject.seller
    return sanction.suspend_seller(context.session, seller, until, factors, Basis.of(context))


def _terminate(context: Context) -> dict[str, Any]:
    data, exception = context.data, context.data.get("exception") or ""
    proof = {"text": data["proof"], "decisions": data["decisions"] or []} if exception else {}
    return sanction.terminate_seller(
        context.session, context.subject.seller, Basis.of(context),
        effective_at=ends_at(context), exception=exception, proof=proof,
    )  # fmt: skip


def _lift(context: Context, change: dict[str, Any]) -> None:
    sanction.lift(context.session, change, context.at)


def _reinstate(context: Context) -> dict[str, Any]:
    return sanction.end_suspensions(context.session, context.subject.seller, context.at)


def _suspend_again(context: Context, change: dict[str, Any]) -> None:
    sanction.run_on(context.session, context.subject.seller, change)


SUSPEND = Effect("suspend", _suspend, _lift)
TERMINATE = Effect("terminate", _terminate, _lift)
REINSTATE = Effect("reinstate", _reinstate, _suspend_again)
