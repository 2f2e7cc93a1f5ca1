"""What a decision on a registration changes, and how it is taken back."""

from datetime import date, datetime
from typing import Any

from backoffice.billing.plan import Subscription, subscribe
from backoffice.core.action import Context, Effect
from backoffice.marketplace.profile import COLUMNS, copy_profile
from backoffice.marketplace.seller import SellerStatus, restore_status, set_status
from backoffice.queues.registrations.traceability import assessed


def _activate(context: Context) -> dict[str, Any]:
    seller = context.subject.seller
    before = {name: to_json(getattr(seller, name)) for name in COLUMNS}
    plan = seller.plan
    copy_profile(context.subject, seller)
    seller.plan = context.subject.plan
    return {"profile": before, "plan": plan, "status": set_status(seller, SellerStatus.ACTIVE)}


def _deactivate(context: Context, change: dict[str, Any]) -> None:
    seller = context.subject.seller
    for name, value in change["profile"].items():
        setattr(seller, name, from_json(name, value))
    seller.plan = change["plan"]
    restore_status(seller, change["status"])


def to_json(value: Any) -> Any:
    """Return a profile value as a change record keeps it; bytes are encrypted already."""
    if isinstance(value, bytes):
        return value.decode()
    return value.isoformat() if isinstance(value, date | datetime) else value


def from_json(name: str, value: Any) -> Any:
    """Return a profile value from its record."""
    if value is None:
        return None
    if name == "iban_encrypted":
        return value.encode()
    if name == "birth_date":
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if name.endswith("_at") else value


def _subscribe(context: Context) -> dict[str, Any]:
    begun = subscribe(context.session, context.subject.seller, context.subject.plan)
    return {"subscription": begun.id if begun else None}


def _unsubscribe(context: Context, change: dict[str, Any]) -> None:
    if change["subscription"]:
        context.session.delete(context.session.get_one(Subscription, change["subscription"]))


def _assess(context: Context) -> dict[str, Any]:
    before = context.subject.traceability
    context.subject.traceability = assessed(context)
    return {"traceability": before}


def _unassess(context: Context, change: dict[str, Any]) -> None:
    context.subject.traceability = change["traceability"]


def _refuse(context: Context) -> dict[str, Any]:
    seller = context.subject.seller
    if seller.status not in (SellerStatus.APPLICANT, SellerStatus.REFUSED):
        return {}
    return {"status": set_status(seller, SellerStatus.REFUSED, context.data["facts"])}


def _admit_again(context: Context, change: dict[str, Any]) -> None:
    if "status" in change:
        restore_status(context.subject.seller, change["status"])


ASSESS = Effect("assess", _assess, _unassess)
ACTIVATE = Effect("activate", _activate, _deactivate)
SUBSCRIBE = Effect("subscribe", _subscribe, _unsubscribe)
REFUSE = Effect("refuse", _refuse, _admit_again)
