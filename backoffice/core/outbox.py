"""What must leave the system: rows written with the decision, taken by lease, sent later.

At least once, always under the same identity (`Message-ID`, `webhook-id`); a row that was taken
back with its decision is marked cancelled, never deleted.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Uuid, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.core.audit import record
from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.integration import WebhookEndpoint
from backoffice.core.permissions import Actor


class Channel(StrEnum):
    """By which drain a row leaves; also the name of the RQ queue."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    CHECKS = "checks"  # work asked for in a transaction: run checks, make page images
    IMPORTS = "imports"
    BILLING = "billing"
    TRANSPARENCY = "transparency"  # the European database of statements of reasons


class OutboxState(StrEnum):
    """How far a row got; a taken row is pending with a lease."""

    PENDING = "pending"
    SENT = "sent"
    CANCELLED = "cancelled"
    DEAD = "dead"  # given up; waits for somebody to press resend


class OutboxMessage(Identified, Base):
    """One e-mail, webhook or piece of background work that is owed."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state in ('pending', 'sent', 'cancelled', 'dead')", name="state"),
        Index(
            "ix_outbox_ready",
            "channel",
            "available_at",
            "id",
            postgresql_where=sql("state = 'pending'"),
        ),
        Index("ix_outbox_case", "case_id"),
        Index("ix_outbox_decision", "decision_id"),
        Index("ix_outbox_to", "to_address", "id", postgresql_where=sql("channel = 'mail'")),
    )
    channel: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    event: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    uid: Mapped[UUID] = mapped_column(Uuid, unique=True, default=uuid4)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    endpoint_id: Mapped[int | None] = mapped_column(ForeignKey("webhook_endpoint.id"))
    to_address: Mapped[str | None] = mapped_column(info=marked(Personal.PARTY))
    locale: Mapped[str] = mapped_column(default="fr", info=marked(Personal.NONE))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, info=marked(Personal.FREE))
    sent_copy: Mapped[dict[str, Any] | None] = mapped_column(JSONB, info=marked(Personal.FREE))

    state: Mapped[str] = mapped_column(default=OutboxState.PENDING, info=marked(Personal.NONE))
    created_at: Mapped[datetime] = mapped_column(default=now)
    available_at: Mapped[datetime] = mapped_column(default=now)
    taken_at: Mapped[datetime | None]  # first taken: from then on it cannot be undone
    leased_until: Mapped[datetime | None]
    lease_token: Mapped[UUID | None] = mapped_column(Uuid)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    last_error: Mapped[str | None] = mapped_column(info=marked(Personal.FREE))
    sent_at: Mapped[datetime | None]


def put_mail(
    session: Session, *, event: str, to: str, locale: str, context: dict[str, Any], **where: Any
) -> OutboxMessage:
    """Owe an e-mail; `where` may give case_id, decision_id and available_at."""
    row = OutboxMessage(
        channel=Channel.MAIL, event=event, to_address=to, locale=locale, payload=context, **where
    )
    session.add(row)
    return row


def put_webhook(
    session: Session, *, event: str, data: dict[str, Any], **where: Any
) -> list[OutboxMessage]:
    """Owe a webhook to every endpoint that is on; `data` names its subject and version."""
    return put_webhooks(session, event=event, data=[data], **where)


def put_webhooks(
    session: Session, *, event: str, data: Sequence[dict[str, Any]], **where: Any
) -> list[OutboxMessage]:
    """Owe webhooks of one event about many subjects, in their order."""
    endpoints = select(WebhookEndpoint.id).where(WebhookEndpoint.disabled_at.is_(None))
    rows = [
        OutboxMessage(
            channel=Channel.WEBHOOK, event=event, endpoint_id=endpoint, payload=one, **where
        )
        for endpoint in session.scalars(endpoints)
        for one in data
    ]
    session.add_all(rows)
    return rows


def put_work(
    session: Session, channel: Channel, event: str, payload: dict[str, Any], **where: Any
) -> OutboxMessage:
    """Owe a piece of background work: `event` names it, `payload` holds ids only."""
    row = OutboxMessage(channel=channel, event=event, payload=payload, **where)
    session.add(row)
    return row


def resend(session: Session, row: OutboxMessage, actor: Actor) -> None:
    """Owe a dead row again, at once and under the same identity."""
    if row.state != OutboxState.DEAD:
        return
    row.state, row.attempts, row.available_at = OutboxState.PENDING, 0, now()
    row.leased_until = row.lease_token = None
    record(session, stream="outbox", verb="outbox.resent", actor=actor, detail={"row": row.id})
