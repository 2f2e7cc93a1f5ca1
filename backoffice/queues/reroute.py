"""Moving a case to another queue: closed here, opened there with the same date of receipt."""

from collections.abc import Iterable
from typing import Any

from backoffice.core.action import BUSY, Context, Effect, Mail
from backoffice.core.case import CaseLink, State
from backoffice.core.guard import lock_case
from backoffice.core.open import leave_queue, note_event, open_case
from backoffice.core.queue import QUEUES, queue_of
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text


def _reroute(context: Context) -> dict[str, Any]:
    target = QUEUES[context.data["target"]]
    subject = queue_of(context.case).reroutes[target.slug](context)
    case = open_case(
        context.session,
        target,
        subject,
        actor=context.actor,
        channel="staff",
        received_at=context.case.received_at,
    )
    context.session.add(CaseLink(from_id=context.case.id, to_id=case.id, relation="rerouted"))
    return {"case": case.id, "reference": case.reference}


def _reroute_back(context: Context, change: dict[str, Any]) -> None:
    case = lock_case(context.session, change["reference"])
    if case.state not in BUSY:
        raise NotPossible(text("The case was decided in the other queue meanwhile."))
    case.release_lease()
    case.state, case.resolution, case.closed_at = State.CLOSED, "withdrawn", context.at
    case.waiting_for = case.waiting_until = case.paused_at = case.assignee_id = None
    case.version += 1
    leave_queue(context.session, case)
    note_event(context.session, case, context.actor, "withdrawn")


def reroute_mail(context: Context) -> Iterable[Mail]:
    """Tell the party where its case went."""
    queue, decision = queue_of(context.case), context.decision
    party = queue.party(context.session, context.subject)
    yield Mail(
        f"{queue.noun}.rerouted",
        party.email,
        party.locale,
        {
            "recipient": party.name,
            "reference": context.case.reference,
            "title": context.case.title,
            "new_reference": decision.changes[0]["change"]["reference"] if decision else None,
        },
    )


MOVE = Effect("reroute", _reroute, _reroute_back)
