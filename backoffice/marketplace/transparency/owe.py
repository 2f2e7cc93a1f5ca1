"""Which entries are owed: written with the statement, sent once its decision is final."""

import logging
from datetime import datetime
from typing import Any
from uuid import uuid4

from pydantic import ValidationError
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from backoffice.core.action import Context
from backoffice.core.clock import now
from backoffice.core.decision import Decision, DecisionState, Reason, Statement
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.marketplace.transparency.compose import compose
from backoffice.marketplace.transparency.content import facts_of
from backoffice.marketplace.transparency.model import EntryState, TransparencyEntry, WhyNot
from backoffice.marketplace.transparency.words import words
from config.settings import get_settings

log = logging.getLogger(__name__)

AT_ONCE_MAX = 1000
ORDER = "order"  # the source of what an authority ordered


def declare(context: Context, statement: Statement) -> None:
    """Keep the entry of a statement that was just frozen; a broken rule holds up no decision."""
    reasons = _reasons(context, statement)
    why_not = _why_not(statement, reasons)
    row = _row(context, statement, why_not)
    if why_not not in (None, WhyNot.PROVIDER_SIZE):
        return
    facts = facts_of(context.session, statement.target, _decision(context).id)
    try:
        entry = compose(row.puid, statement, facts, reasons, context.at)
    except ValidationError as error:
        said = _said(error)
        log.error("entry %s breaks a rule of the database: %s", row.puid, said)
        row.state, row.why_not, row.settled_at = EntryState.REJECTED, None, context.at
        row.response = {"errors": said}
    else:
        row.body = entry.model_dump(mode="json", exclude_none=True)


def queue_final_entries(session: Session) -> None:
    """Owe the database what is final and was not sent; the schedule calls this every minute."""
    if not get_settings().transparency_token.get_secret_value():
        return
    final = (
        select(TransparencyEntry)
        .join(TransparencyEntry.statement)
        .join(Decision, Decision.id == Statement.decision_id)
        .where(TransparencyEntry.state == EntryState.DRAFT, stands(now()))
        .order_by(TransparencyEntry.id)
        .limit(AT_ONCE_MAX)
        .with_for_update(of=TransparencyEntry, skip_locked=True)
    )
    for entry in session.scalars(final):
        entry.state = EntryState.QUEUED
        session.add(
            OutboxMessage(
                channel=Channel.TRANSPARENCY,
                event="statement.declared",
                payload={"entry": entry.id},
            )
        )


def stands(at: datetime) -> ColumnElement[bool]:
    """Return the condition that an entry's decision holds, can no longer be undone, and is its."""
    return and_(
        Decision.state == DecisionState.EXECUTED,
        Decision.executed_at == TransparencyEntry.decided_at,
        Decision.undo_until <= at,
    )


def _reasons(context: Context, statement: Statement) -> list[Reason]:
    """Return the reasons that this statement quotes, of those that the decision has."""
    quoted = {ground["code"] for ground in statement.parts["grounds"]}
    return [reason for reason in _decision(context).reasons if reason.code in quoted]


def _decision(context: Context) -> Decision:
    assert context.decision is not None  # noqa: S101 (a statement is of a decision)
    return context.decision


def _why_not(statement: Statement, reasons: list[Reason]) -> WhyNot | None:
    settings, measure = get_settings(), words().measures.get(statement.measure)
    if statement.parts["source"] == ORDER:
        return WhyNot.ORDER
    if not reasons:
        return WhyNot.NO_GROUND
    if measure is None or not measure.restricts or statement.parts.get("restates"):
        return WhyNot.NO_RESTRICTION
    if settings.provider_size == "micro_small" and not settings.transparency_voluntary:
        return WhyNot.PROVIDER_SIZE
    return None


def _row(context: Context, statement: Statement, why_not: WhyNot | None) -> TransparencyEntry:
    row = TransparencyEntry(
        statement=statement,
        puid=f"sor-{uuid4()}",
        state=EntryState.NOT_APPLICABLE if why_not else EntryState.DRAFT,
        why_not=why_not,
        decided_at=context.at,
    )
    context.session.add(row)
    return row


def _said(error: ValidationError) -> dict[str, Any]:
    return {
        ".".join(map(str, one["loc"])) or "entry": one["msg"]
        for one in error.errors(include_url=False, include_input=False, include_context=False)
    }
