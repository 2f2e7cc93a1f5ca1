"""The mails and documents of a decision as they would leave.

They are found by taking it and taking all of it back.
"""

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
from backoffice.core.queue import QUEUES, subject_of
from backoffice.notify.render import masked, preview_mails, render
from backoffice.notify.statement import enclosed_statements, file_names, html_of, text_of


class Foreseen(NamedTuple):
    """An e-mail, or a document, as it will leave; a shared one tells of other decisions too."""

    subject: str  # a document's file name
    text: str
    html: str
    is_shared: bool = False
    is_document: bool = False


def preview(
    session: Session, reference: str, name: str, *, actor: Actor, data: Mapping[str, Any],
    version: int, bulk_id: UUID | None = None,
) -> list[Foreseen]:  # fmt: skip
    """Return the e-mails that this action would send, each with the documents attached to it.

    It raises what the action would raise. The whole decision is made inside a savepoint and rolled
    back. One that would be held is shown as if a second person had confirmed it; what an e-mail
    about several decisions will say of this one comes as if it were told alone.
    """
    savepoint = session.begin_nested()
    try:
        decision = decide(session, reference, name, actor=actor, data=data, version=version,
                          bulk_id=bulk_id)  # fmt: skip
        if decision is None:
            return []
        if decision.state == DecisionState.HELD:
            held_at = decision.case.version
            decide(session, reference, "confirm_hold", actor=SYSTEM, data={}, version=held_at)
        parts = _parts_of(session, decision)
        return [
            *(one for row in _mails_of(session, parts) for one in _leaving(session, row)),
            *(one for part in parts for one in _told_later(session, part, actor)),
        ]
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


def _told_later(session: Session, decision: Decision, actor: Actor) -> list[Foreseen]:
    case = decision.case
    action = QUEUES[decision.queue].action(decision.action)
    if action is None:
        return []
    context = Context(
        session, case, subject_of(session, case), actor, decision.executed_at or now(),
        decision.data, decision,
    )  # fmt: skip
    mails = [masked(render(one.event, one.locale, one.context)) for one in action.later(context)]
    documents = _documents(decision.statements, is_shared=True) if mails else []
    return [*(Foreseen(*mail, is_shared=True) for mail in mails), *documents]
