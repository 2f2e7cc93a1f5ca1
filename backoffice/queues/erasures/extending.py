"""Two months more, once: told with the reasons within the first month (GDPR art. 12(3))."""

from collections.abc import Iterable
from typing import Any

from backoffice.core import clock
from backoffice.core.action import Action, ActionForm, Context, Effect, Mail
from backoffice.core.case import State
from backoffice.core.deadline import due_for
from backoffice.core.text import N_, Text, text
from backoffice.queues.erasures.keeping import keep_columns, put_back
from backoffice.queues.erasures.links import follow_link
from backoffice.queues.erasures.model import Erasure, Stage
from backoffice.queues.standard_forms import long_text

KIND = "extended"
"""The kind of deadline that an extended request has."""


class ExtendForm(ActionForm):
    """Why one month is not enough."""

    facts = long_text(
        N_("Why one month is not enough"),
        hint=N_("The party reads this text as you write it: the law asks for the reasons."),
    )


def why_not(context: Context) -> Text | None:
    """Return why the time cannot be extended: it was already, or the first month has passed."""
    erasure: Erasure = context.subject
    if erasure.extended_at is not None:
        return text("The time was extended once already: the law allows no more.")
    if context.at > context.case.due_at:
        return text("The first month has passed: an extension must be told within it.")
    return None


def _extend(context: Context) -> dict[str, Any]:
    """Count three months from receipt, and what the clock stood still for."""
    session, case, erasure = context.session, context.case, context.subject
    before = keep_columns(erasure, "extended_at", "extension_reason")
    first = due_for(session, case.queue, "", case.received_at)
    due = due_for(session, case.queue, KIND, case.received_at)
    change = {"erasure": before, "deadline_id": case.deadline_id}
    stood_still = max(case.due_at, first.due_at)
    case.due_at = clock.resume(due.due_at, first.due_at, stood_still, due.unit)
    case.warn_at = clock.resume(due.warn_at, first.due_at, stood_still, due.unit)
    case.deadline_id = due.deadline_id
    erasure.extended_at, erasure.extension_reason = context.at, context.data["facts"]
    return change


def _shorten(context: Context, change: dict[str, Any]) -> None:
    context.case.deadline_id = change["deadline_id"]
    put_back(context, change["erasure"])


def _mails(context: Context) -> Iterable[Mail]:
    party = context.subject.party
    words = {
        "recipient": party.name,
        "reference": context.case.reference,
        "kind": context.subject.kind,
        "facts": context.data["facts"],
        "received_at": context.case.received_at.isoformat(),
        "due_at": context.case.due_at.isoformat(),
        "portal": follow_link(context.session, context.case, party).id,
    }
    yield Mail("erasure.extended", party.email, party.locale, words)


EXTEND = Action(
    "extend",
    N_("Take two months more"),
    ExtendForm,
    states=frozenset({State.OPEN}),
    fits=lambda erasure: erasure.stage == Stage.RECEIVED,
    effects=(Effect("extend", _extend, _shorten),),
    state_after=State.OPEN,
    event="erasure.extended",
    mails=_mails,
    blocked=why_not,
    icon="clock",
)
