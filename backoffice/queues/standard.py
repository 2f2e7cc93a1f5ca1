"""The actions that every queue has, besides its own."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from backoffice.core import clock
from backoffice.core.action import Action, Context, Effect, Mail, stays
from backoffice.core.case import State
from backoffice.core.link import Scope, give_link
from backoffice.core.open import note_event
from backoffice.core.party import Party
from backoffice.core.queue import queue_of
from backoffice.core.request import InfoRequest
from backoffice.core.text import N_
from backoffice.queues.reroute import MOVE, reroute_mail
from backoffice.queues.standard_forms import (
    AssignForm,
    EscalateForm,
    NoteForm,
    OverrideForm,
    ReasonedForm,
    RequestInfoForm,
    RerouteForm,
    SendBackForm,
)

EVERY = frozenset(State)
LINK_DAYS_AFTER_DATE = 30


def _ask(context: Context) -> dict[str, Any]:
    party = queue_of(context.case).party(context.session, context.subject)
    return {"request": ask(context, party, context.data["fields"] or []).id}


def ask(context: Context, party: Party, fields: Sequence[str] = ()) -> InfoRequest:
    """Put the form's question to a party of the case, which waits for it from now on."""
    until = end_of_day(context.data["until"])
    request = InfoRequest(
        case_id=context.case.id,
        decision_id=context.decision.id if context.decision else None,
        asked_of=party.kind,
        asked_of_id=party.id,
        question=context.data["question"],
        fields=list(fields),
        until=until,
    )
    context.session.add(request)
    context.session.flush()
    context.case.waiting_for, context.case.waiting_until = party.kind, until
    for past in ("no_reply", "answered"):
        context.case.flag(past, on=False)
    return request


def end_of_day(day: Any) -> datetime:
    """Return the end of a Paris day, given as a date or, by what was kept, as ISO text."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(day, time(23, 59, 59), clock.PARIS).astimezone(clock.now().tzinfo)


def _ask_no_more(context: Context, change: dict[str, Any]) -> None:
    context.session.get_one(InfoRequest, change["request"]).withdrawn_at = context.at


def _request_mail(context: Context) -> Iterable[Mail]:
    queue = queue_of(context.case)
    party = queue.party(context.session, context.subject)
    labels = [queue.correctable[name] for name in context.data["fields"] or []]
    yield question_mail(f"{queue.noun}.info_requested", context, party, labels)


def question_mail(event: str, context: Context, party: Party, fields: Sequence[str] = ()) -> Mail:
    """Return the e-mail that puts the form's question to a party, with its link to answer."""
    until = end_of_day(context.data["until"])
    link = give_link(
        context.session,
        context.case,
        party=(party.kind, party.id),
        scope=Scope.ANSWER,
        expires_at=until + timedelta(days=LINK_DAYS_AFTER_DATE),
        decision_id=context.decision.id if context.decision else None,
    )
    words = {
        "recipient": party.name,
        "reference": context.case.reference,
        "title": queue_of(context.case).title_for(context, party),
        "question": context.data["question"],
        "fields": list(fields),
        "until": until.isoformat(),
        "portal": link.id,
    }
    return Mail(event, party.email, party.locale, words)


def _note(context: Context) -> dict[str, Any]:
    note_event(
        context.session,
        context.case,
        context.actor,
        "note",
        internal=True,
        body=context.data["body"],
    )
    return {}


def _assign(context: Context) -> dict[str, Any]:
    case, before = context.case, context.case.assignee_id
    case.assignee_id = context.data["to"]
    if case.holder_id != case.assignee_id:
        case.release_lease()
    note_event(
        context.session,
        case,
        context.actor,
        "assigned",
        internal=True,
        body=context.data.get("body") or "",
        values={"to": case.assignee_id},
    )
    return {"assignee_id": before}


def _escalate(context: Context) -> dict[str, Any]:
    case = context.case
    case.flag("escalated")
    case.assignee_id = None
    case.release_lease()
    note_event(
        context.session, case, context.actor, "escalated", internal=True, body=context.data["body"]
    )
    return {}


REQUEST_INFO = Action(
    "request_info",
    N_("Ask for information"),
    RequestInfoForm,
    states=frozenset({State.OPEN}),
    effects=(Effect("ask", _ask, _ask_no_more),),
    state_after=State.WAITING,
    event="info_requested",
    mails=_request_mail,
    stops_clock=True,
    hotkey="i",
    icon="ask",
    submit=N_("Ask and take the next"),
    bulk=True,
)
REROUTE = Action(
    "reroute",
    N_("Move to another queue"),
    RerouteForm,
    effects=(MOVE,),
    resolution="rerouted",
    contestable=False,
    event="rerouted",
    mails=reroute_mail,
    icon="swap",
)
REOPEN = Action(
    "reopen",
    N_("Reopen"),
    ReasonedForm,
    states=frozenset({State.CLOSED}),
    state_after=State.OPEN,
    needs_claim=False,
    icon="back",
)
NOTE = Action(
    "note",
    N_("Internal note"),
    NoteForm,
    states=EVERY,
    is_decision=False,
    effects=(Effect("note", _note, stays),),
    needs_claim=False,
    hotkey="c",
    icon="note",
)
ASSIGN = Action(
    "assign",
    N_("Assign"),
    AssignForm,
    is_decision=False,
    effects=(Effect("assign", _assign, stays),),
    needs_claim=False,
    icon="user",
)
ESCALATE = Action(
    "escalate",
    N_("Hand to a lead"),
    EscalateForm,
    is_decision=False,
    states=frozenset({State.OPEN}),
    effects=(Effect("escalate", _escalate, stays),),
    icon="up",
)
OVERRIDE = Action(
    "override",
    N_("Override"),
    OverrideForm,
    states=frozenset({State.CLOSED}),
    door="override",
    needs_claim=False,
    icon="refresh",
)
UNDO = Action(
    "undo", N_("Undo"), states=EVERY, door="undo", needs_claim=False, hotkey="z", icon="back"
)
HELD = frozenset({State.HELD})
CONFIRM_HOLD = Action(
    "confirm_hold", N_("Confirm"), states=HELD, door="confirm_hold", needs_claim=False
)
SEND_BACK = Action(
    "send_back",
    N_("Send back"),
    SendBackForm,
    states=HELD,
    door="send_back",
    needs_claim=False,
    icon="back",
)
CANCEL_HOLD = Action(
    "cancel_hold",
    N_("Withdraw the proposal"),
    states=HELD,
    door="cancel_hold",
    needs_claim=False,
    icon="x",
)

STANDARD = (
    REROUTE,
    REOPEN,
    NOTE,
    ASSIGN,
    ESCALATE,
    OVERRIDE,
    UNDO,
    CONFIRM_HOLD,
    SEND_BACK,
    CANCEL_HOLD,
)
