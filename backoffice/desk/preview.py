"""What a decision would do and send, found by taking it and taking all of it back."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backoffice.core.action import Context
from backoffice.core.clock import now
from backoffice.core.decide import decide
from backoffice.core.decision import Decision, DecisionState, Statement
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.permissions import SYSTEM, Actor
from backoffice.core.queue import queue_of, subject_of
from backoffice.core.text import Text, text
from backoffice.notify.render import masked, preview_mails, render
from backoffice.notify.statement import enclosed_statements, file_names, html_of, text_of


class Foreseen(NamedTuple):
    """An e-mail, or a document, as it will leave; a shared one tells of other decisions too."""

    subject: str  # a document's file name
    text: str
    html: str
    is_shared: bool = False
    is_document: bool = False


class Preview(NamedTuple):
    """What a decision would do: its effects in plain lines, and its e-mails."""

    effects: list[Text]
    mails: list[Foreseen]


def preview(
    session: Session, reference: str, name: str, *, actor: Actor, data: Mapping[str, Any],
    version: int, bulk_id: UUID | None = None,
) -> Preview:  # fmt: skip
    """Return what this action would do and send, each e-mail with the documents attached to it.

    It raises what the action would raise. The whole decision is made inside a savepoint and rolled
    back. One that would be held is shown as if a second person had confirmed it; what an e-mail
    about several decisions will say of this one comes as if it were told alone.
    """
    savepoint = session.begin_nested()
    try:
        decision = decide(session, reference, name, actor=actor, data=data, version=version,
                          bulk_id=bulk_id)  # fmt: skip
        if decision is None:
            return Preview([], [])
        effects = []
        if decision.state == DecisionState.HELD:
            why = decision.hold_reason or {}
            effects.append(text("It waits for a second person. %(why)s", why=why))
            held_at = decision.case.version
            decide(session, reference, "confirm_hold", actor=SYSTEM, data={}, version=held_at)
        parts = _parts_of(session, decision)
        contexts = [_context(session, part, actor) for part in parts]
        effects += [line for one in contexts for line in queue_of(one.case).foresee(one)]
        leaving = [one for row in _mails_of(session, parts) for one in _leaving(session, row)]
        return Preview(effects, leaving + [one for part in contexts for one in _told_later(part)])
    finally:
        savepoint.rollback()


def _parts_of(session: Session, decision: Decision) -> list[Decision]:
    """Return a decision and those that it made, as an appeal's makes the new first one."""
    both = or_(Decision.id == decision.id, Decision.part_of_id == decision.id)
    return list(session.scalars(select(Decision).where(both).order_by(Decision.id)))


def _mails_of(session: Session, parts: list[Decision]) -> list[OutboxMessage]:
    of_parts = OutboxMessage.decision_id.in_([one.id for one in parts])
    rows = select(OutboxMessage).where(of_parts, OutboxMessage.channel == Channel.MAIL)
    return list(session.scalars(rows.order_by(OutboxMessage.id)))


def _leaving(session: Session, row: OutboxMessage) -> list[Foreseen]:
    mails = [Foreseen(*mail) for mail in preview_mails([row])]
    return mails + _documents(enclosed_statements(session, row))


def _documents(statements: list[Statement], *, is_shared: bool = False) -> list[Foreseen]:
    names = file_names(statements)
    return [
        Foreseen(f"{names[one.id]}.pdf", text_of(one), html_of(one), is_shared, is_document=True)
        for one in statements
    ]


def _context(session: Session, decision: Decision, actor: Actor) -> Context:
    case = decision.case
    return Context(
        session, case, subject_of(session, case), actor, decision.executed_at or now(),
        decision.data, decision,
    )  # fmt: skip


def _told_later(context: Context) -> list[Foreseen]:
    decision = context.decision
    action = queue_of(context.case).action(decision.action) if decision else None
    if decision is None or action is None:
        return []
    mails = [masked(render(one.event, one.locale, one.context)) for one in action.later(context)]
    documents = _documents(decision.statements, is_shared=True) if mails else []
    return [*(Foreseen(*mail, is_shared=True) for mail in mails), *documents]
