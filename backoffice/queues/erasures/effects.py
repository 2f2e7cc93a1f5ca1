"""What the decisions and steps change on a request, and how that is taken back."""

from typing import Any

from backoffice.core.action import Context, Effect, stays
from backoffice.core.open import note_event
from backoffice.queues.erasures.identity import give_back, set_identity
from backoffice.queues.erasures.keeping import keep_columns, put_back
from backoffice.queues.erasures.model import Erasure, Identity, Stage
from backoffice.queues.erasures.papers import owe_forgetting


def _schedule(context: Context) -> dict[str, Any]:
    """Let the request wait for its letter, and for what stands in its way."""
    erasure: Erasure = context.subject
    before = keep_columns(erasure, "stage", "scheduled_at", "refused_classes")
    erasure.stage, erasure.scheduled_at = Stage.SCHEDULED, context.at
    erasure.refused_classes = list(context.data.get("classes") or ())
    return before


def _refuse(context: Context) -> dict[str, Any]:
    before = keep_columns(context.subject, "stage")
    context.subject.stage = Stage.REFUSED
    return before


def _verify(context: Context) -> dict[str, Any]:
    give_back(context)
    set_identity(context, Identity.VERIFIED, "staff")
    for past in ("no_reply", "answered"):
        context.case.flag(past, on=False)
    owe_forgetting(context, after_undo=False)
    _note(context, "verified", context.data.get("facts") or "")
    return {}


def _block(context: Context) -> dict[str, Any]:
    context.subject.authority_order = context.data["order"]
    _note(context, "blocked", context.data["order"])
    return {}


def _unblock(context: Context) -> dict[str, Any]:
    context.subject.authority_order = None
    _note(context, "unblocked", context.data["facts"])
    return {}


def _note(context: Context, verb: str, body: str) -> None:
    note_event(context.session, context.case, context.actor, verb, internal=True, body=body)


SCHEDULE = Effect("schedule", _schedule, put_back)
REFUSE = Effect("refuse", _refuse, put_back)
VERIFY = Effect("verify", _verify, stays)
BLOCK = Effect("block", _block, stays)
UNBLOCK = Effect("unblock", _unblock, stays)
