"""What happened to a case, newest first: its events, and the e-mails that left or are about to."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, CaseEvent
from backoffice.core.clock import now
from backoffice.core.outbox import Channel, OutboxMessage, OutboxState
from backoffice.core.queue import queue_of
from backoffice.core.text import N_, Text, text
from backoffice.desk import timeline_words, words
from backoffice.desk.listing import names_of

EVENTS_MAX = 300


class Line(NamedTuple):
    """One line of a timeline; `said` is what somebody wrote, `mail_id` an e-mail to read."""

    at: datetime
    actor: str
    words: Text
    tone: str
    icon: str
    said: str = ""
    mail_id: int | None = None


def timeline(session: Session, case: Case) -> list[Line]:
    """Return a case's timeline."""
    events = session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == case.id)
        .order_by(CaseEvent.id.desc())
        .limit(EVENTS_MAX)
    ).all()
    mails = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.case_id == case.id, OutboxMessage.channel == Channel.MAIL)
        .order_by(OutboxMessage.id.desc())
        .limit(EVENTS_MAX)
    )
    lines = [*_lines(session, case, events), *(_mail(row) for row in mails)]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _lines(session: Session, case: Case, events: Iterable[CaseEvent]) -> list[Line]:
    events = list(events)
    people = names_of(session, (event.values.get("to") for event in events))
    return [event_line(case, event, people) for event in events]


def event_line(case: Case, event: CaseEvent, people: dict[int | None, str]) -> Line:
    """Return an event as a line; `people` are the names of those it may mention."""
    worded = timeline_words.event(event.verb, queue_of(case).noun)
    is_note = event.verb == "note"  # the only text on coloured ground
    return Line(
        at=event.at,
        actor="" if event.verb in timeline_words.IMPERSONAL else actor_of(event),
        words=Text(worded.label, _values(case, event, people)),
        tone=worded.tone if is_note or not event.body else "",
        icon=worded.icon or "user",
        said=event.body,
    )


def actor_of(event: CaseEvent) -> str:
    """Return the name of who did it."""
    named = event.actor_name if event.actor_kind != "system" else ""
    return named or words.ACTORS.get(event.actor_kind, "")


def _values(case: Case, event: CaseEvent, people: dict[int | None, str]) -> dict[str, Any]:
    values = dict(event.values)
    if action := queue_of(case).action(str(values.get("action"))):
        values["action"] = text(action.label)
    if "to" in values:
        values["to"] = people.get(values["to"], "")
    labels = queue_of(case).correctable
    if event.verb == "checks_done":
        values["outcomes"] = _outcomes(event.values)
    values["fields"] = ", ".join(labels.get(name, name) for name in values.get("fields") or [])
    return values


def _outcomes(counts: dict[str, int]) -> str:
    """Say how many checks had which outcome, worst first."""
    said = {
        "fail": lambda n: ngettext("%(num)s failed", "%(num)s failed", n),
        "warn": lambda n: ngettext("%(num)s to verify", "%(num)s to verify", n),
        "unavailable": lambda n: ngettext("%(num)s unavailable", "%(num)s unavailable", n),
        "pass": lambda n: ngettext("%(num)s passed", "%(num)s passed", n),
    }
    return ", ".join(say(counts[name]) for name, say in said.items() if counts.get(name))


ERASED = N_("an address that was erased")
MAILS = {
    OutboxState.SENT: (N_("E-mail sent to %(to)s: %(event)s"), ""),
    OutboxState.CANCELLED: (N_("E-mail to %(to)s taken back: %(event)s"), ""),
    OutboxState.DEAD: (N_("E-mail to %(to)s could not be sent: %(event)s"), "bad"),
    OutboxState.PENDING: (N_("E-mail to %(to)s waits to leave: %(event)s"), "wait"),
}


def _mail(row: OutboxMessage) -> Line:
    msgid, tone = MAILS[OutboxState(row.state)]
    subject = (row.sent_copy or {}).get("subject") or text(words.mail(row.event))
    return Line(
        at=row.sent_at or max(row.created_at, min(row.available_at, now())),
        actor="",
        words=text(msgid, to=row.to_address or text(ERASED), event=subject),
        tone=tone,
        icon="mail",
        mail_id=row.id,
    )
