"""What a decision on a registration changes, and how it is taken back."""

from datetime import timedelta
from typing import Any

from backoffice.billing.subscribing import owe_sync, subscribe, unsubscribe
from backoffice.core.action import Context, Effect
from backoffice.marketplace.edit import from_json, snapshot
from backoffice.marketplace.profile import copy_profile
from backoffice.marketplace.seller import SellerStatus, restore_status, set_status
from backoffice.queues.registrations.traceability import assessed
from config.settings import get_settings


def _activate(context: Context) -> dict[str, Any]:
    seller = context.subject.seller
    before, plan = snapshot(seller), seller.plan
    copy_profile(context.subject, seller)
    seller.plan = context.subject.plan
    status = set_status(seller, SellerStatus.ACTIVE, at=context.at)
    return {"profile": before, "plan": plan, "status": status}


def _deactivate(context: Context, change: dict[str, Any]) -> None:
    seller = context.subject.seller
    for name, value in change["profile"].items():
        setattr(seller, name, from_json(name, value))
    seller.plan = change["plan"]
    restore_status(seller, change["status"])


def _subscribe(context: Context) -> dict[str, Any]:
    registration = context.subject
    begun = subscribe(context.session, registration.seller, registration.plan, context.at)
    if begun is not None:
        undoable = context.undo_for or timedelta(seconds=get_settings().undo_seconds)
        owe_sync(
            context.session, begun.seller_id, available_at=context.at + undoable,
            decision_id=context.decision.id if context.decision else None,
        )  # fmt: skip
    return {"subscription": begun.id if begun else None}


def _unsubscribe(context: Context, change: dict[str, Any]) -> None:
    if change["subscription"]:
        unsubscribe(context.session, change["subscription"])


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
    return {"status": set_status(seller, SellerStatus.REFUSED, context.data["facts"], context.at)}


def _admit_again(context: Context, change: dict[str, Any]) -> None:
    if "status" in change:
        restore_status(context.subject.seller, change["status"])


ASSESS = Effect("assess", _assess, _unassess)
ACTIVATE = Effect("activate", _activate, _deactivate)
SUBSCRIBE = Effect("subscribe", _subscribe, _unsubscribe)
REFUSE = Effect("refuse", _refuse, _admit_again)
