"""What a decision on a profile change does, and how it is taken back."""

from typing import Any

from backoffice.core.action import Context, Effect
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.marketplace.edit import apply_change, restore
from backoffice.marketplace.profile_fields import contradictions
from backoffice.marketplace.seller import Seller
from backoffice.queues.profile_changes.model import ProfileChange


def _apply(context: Context) -> dict[str, Any]:
    change: ProfileChange = context.subject
    seller = _locked(context)
    if contradictions(change.proposed, {}):
        raise NotPossible(
            text("The profile changed meanwhile: with this change it would contradict itself.")
        )
    before = apply_change(context.session, seller, change.changes, context.actor)
    return {"profile": before, "after": change.changes}


def _take_back(context: Context, change: dict[str, Any]) -> None:
    seller = _locked(context)
    restore(context.session, seller, change["profile"], change["after"], context.actor)


def _locked(context: Context) -> Seller:
    """Return the seller, its row locked: edits by the API may come at the same time."""
    seller: Seller = context.subject.seller
    context.session.refresh(seller, with_for_update=True)
    return seller


APPLY = Effect("apply", _apply, _take_back)
