"""Macros: several steps under one name, done whole or not at all; the one that fails says why."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from backoffice.core.case import Case
from backoffice.core.clock import day_of, now
from backoffice.core.decide import decide
from backoffice.core.decision import Decision
from backoffice.core.guard import permitted
from backoffice.core.permissions import Actor
from backoffice.core.presence import write_draft
from backoffice.core.refusal import NotPossible, Refused
from backoffice.core.text import N_, Text, text
from backoffice.queues.tickets.model import CATEGORIES
from backoffice.queues.tickets.replies import CannedReply, Macro, in_force

VARIABLE = re.compile(r"\{(\w+)\}")
VARIABLES = {
    "requester": N_("the requester’s name"),
    "reference": N_("the ticket’s reference"),
    "subject": N_("the ticket’s subject"),
    "seller": N_("the seller that it concerns"),
    "order": N_("the order that it concerns"),
    "agent": N_("who answers"),
    "brand": N_("our name"),
    "statement": N_("the statement of reasons of the requester’s last decision"),
}
SENDING = ("reply", "solve")
STEPS: dict[str, str] = {
    "insert_reply": "reply",
    "insert_statement": "",
    "set_category": "category",
    "note": "body",
    "send": "action",
}
"""The steps there are, and what each must say besides; `send` comes last."""


class Failed(NotPossible):
    """A step could not be done: nothing of the macro was."""


@dataclass
class Run:
    """A macro under way: on which case, by whom, with what its texts may say."""

    session: Session
    case: Case
    actor: Actor
    locale: str
    values: Mapping[str, Callable[[], str | None]]
    version: int
    posted: Mapping[str, Any] = field(default_factory=dict)  # the reply as typed, with its files
    body: str = ""
    decision: Decision | None = None


def fill(template: str, values: Mapping[str, Callable[[], str | None]]) -> str:
    """Return a text with its variables filled in; raises LookupError with one that has no value."""

    def value_of(found: re.Match[str]) -> str:
        name = found.group(1)
        value = values[name]() if name in values else None
        if not value:
            raise LookupError(name)
        return value

    return VARIABLE.sub(value_of, template)


def unknown_variables(template: str) -> list[str]:
    """Return the names in braces that are no variable."""
    return [name for name in VARIABLE.findall(template) if name not in VARIABLES]


def run(macro: Macro, under_way: Run, *, only_text: bool = False) -> Run:
    """Do the steps of a macro one after the other; raises Failed, and then all is rolled back.

    `only_text` leaves out all but what the steps insert, which goes into the draft.
    """
    with under_way.session.begin_nested():
        for number, step in enumerate(macro.steps, start=1):
            name = step["step"]
            if only_text and not name.startswith("insert_"):
                continue
            try:
                DOING[name](under_way, step)
            except (LookupError, Refused) as error:
                raise _failed(macro, number, error, under_way.locale) from error
        if under_way.decision is None and under_way.body:
            write_draft(
                under_way.session, under_way.case.id, under_way.body, under_way.actor.id or 0
            )
    return under_way


def _failed(macro: Macro, number: int, error: Exception, locale: str) -> Failed:
    if isinstance(error, Refused):
        why = error.said
    else:
        label = VARIABLES.get(str(error.args[0]), str(error.args[0]))
        why = text("“%(variable)s” has no value here.", variable=text(label).to_json())
    said = text(
        "Nothing was done. Step %(number)s of “%(macro)s” failed: %(why)s",
        number=number, macro=macro.label(locale), why=why.to_json(),
    )  # fmt: skip
    return Failed(said)


def _insert(under_way: Run, words: str) -> None:
    under_way.body = "\n\n".join(filter(None, (under_way.body.rstrip(), words)))


def _insert_reply(under_way: Run, step: Mapping[str, Any]) -> None:
    reply = in_force(under_way.session, CannedReply, step["reply"])
    if reply is None:
        raise NotPossible(_retired(under_way.session, step["reply"]))
    _insert(under_way, fill(reply.text(under_way.locale), under_way.values))


def _retired(session: Session, code: str) -> Text:
    ended = session.scalars(
        select(CannedReply.ends_at)
        .where(CannedReply.code == code, CannedReply.ends_at.is_not(None))
        .order_by(CannedReply.starts_at.desc())
    ).first()
    if ended is None:
        return text("there is no canned reply “%(code)s”.", code=code)
    return text("the canned reply “%(code)s” was retired on %(day)s.", code=code, day=day_of(ended))


def _insert_statement(under_way: Run, step: Mapping[str, Any]) -> None:
    _insert(under_way, fill("{statement}", under_way.values))


def _set_category(under_way: Run, step: Mapping[str, Any]) -> None:
    _do(under_way, "recategorise", {"category": step["category"]})


def _note(under_way: Run, step: Mapping[str, Any]) -> None:
    _do(under_way, "note", {"body": fill(step["body"], under_way.values)})


def _send(under_way: Run, step: Mapping[str, Any]) -> None:
    posted = MultiDict(under_way.posted)
    posted["body"] = under_way.body
    under_way.decision = _do(under_way, step["action"], posted)


def _do(under_way: Run, name: str, data: Mapping[str, Any]) -> Decision | None:
    permitted(under_way.case, name, under_way.actor)
    return decide(
        under_way.session, under_way.case.reference, name, actor=under_way.actor, data=data,
        version=under_way.version,
    )  # fmt: skip


DOING: dict[str, Callable[[Run, Mapping[str, Any]], None]] = {
    "insert_reply": _insert_reply,
    "insert_statement": _insert_statement,
    "set_category": _set_category,
    "note": _note,
    "send": _send,
}


def problems(session: Session, steps: Any, at: datetime | None = None) -> list[Text]:
    """Return what is wrong with the steps of a macro, before it is kept."""
    if not isinstance(steps, list) or not steps:
        return [text("A macro has one step at least.")]
    found = []
    for number, step in enumerate(steps, start=1):
        why = _shape(step) or _content(session, step, at or now())
        if why is None and step["step"] == "send" and number < len(steps):
            why = text("“send” comes last.")
        if why is not None:
            found.append(text("Step %(number)s: %(why)s", number=number, why=why.to_json()))
    return found


def _shape(step: Any) -> Text | None:
    """Return what a step lacks or says too much, if anything."""
    name = step.get("step") if isinstance(step, dict) else None
    if name not in STEPS:
        return text("choose one of %(names)s.", names=", ".join(STEPS))
    wanted = {"step", STEPS[name]} - {""}
    if set(step) != wanted or not all(isinstance(one, str) and one for one in step.values()):
        return text("“%(name)s” says %(wanted)s, and nothing else.", name=name,
                    wanted=", ".join(sorted(wanted)))  # fmt: skip
    return None


def _content(session: Session, step: Mapping[str, str], at: datetime) -> Text | None:
    """Return what is wrong with what a step names, if anything."""
    value = step.get(STEPS[step["step"]], "")
    match step["step"]:
        case "insert_reply" if in_force(session, CannedReply, value, at) is None:
            return text("there is no canned reply “%(code)s”.", code=value)
        case "set_category" if value not in CATEGORIES:
            return text("choose one of %(names)s.", names=", ".join(CATEGORIES))
        case "send" if value not in SENDING:
            return text("choose one of %(names)s.", names=", ".join(SENDING))
        case "note" if wrong := unknown_variables(value):
            return text("{%(name)s} is no variable.", name=wrong[0])
    return None
