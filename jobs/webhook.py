"""Webhooks: a batch of outbox rows, endpoint by endpoint side by side, each in its own order."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.audit import record
from backoffice.core.clock import now
from backoffice.core.integration import WebhookEndpoint
from backoffice.core.lease import (
    WAITS,
    bury,
    is_lease_ending,
    mark_failed,
    mark_sent,
    put_off,
    release,
)
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.permissions import SYSTEM
from backoffice.core.work import unit_of_work
from jobs.delivery import Answer, client, post

log = logging.getLogger(__name__)

GONE = 410  # the receiver wants nothing more, ever
LONGEST_PAUSE = timedelta(minutes=10)  # for rows that wait behind one that failed


def post_webhooks(session: Session, rows: Sequence[OutboxMessage]) -> None:
    """Post leased rows; an endpoint that is slow or dead holds up its own rows alone."""
    by_endpoint: dict[int | None, list[OutboxMessage]] = defaultdict(list)
    for row in rows:
        by_endpoint[row.endpoint_id].append(row)
    with unit_of_work(session):
        endpoints = session.scalars(
            select(WebhookEndpoint)
            .where(WebhookEndpoint.id.in_(by_endpoint))
            .execution_options(populate_existing=True)
        ).all()
    asyncio.run(_post_all(session, [(one, by_endpoint[one.id]) for one in endpoints]))


async def _post_all(
    session: Session, owed: Sequence[tuple[WebhookEndpoint, Sequence[OutboxMessage]]]
) -> None:
    async with asyncio.TaskGroup() as tasks:
        for endpoint, rows in owed:
            tasks.create_task(_post_to(session, endpoint, rows))


async def _post_to(
    session: Session, endpoint: WebhookEndpoint, rows: Sequence[OutboxMessage]
) -> None:
    """Post to one endpoint until it fails; nothing awaits while a unit of work is open."""
    async with client() as http:
        for position, row in enumerate(rows):
            if endpoint.disabled_at:
                with unit_of_work(session):
                    bury(session, row, "the endpoint is switched off")
                continue
            if is_lease_ending(row):
                with unit_of_work(session):
                    release(session, rows[position:])
                return
            answer = await post(http, endpoint, row)
            with unit_of_work(session):
                if answer.is_success:
                    mark_sent(session, row, {"status": answer.status})
                elif answer.status == GONE:
                    _switch_off(session, endpoint, row)
                else:
                    release(session, rows[position + 1 :])
                    _back_off(session, endpoint, row, answer)
                    return


def _switch_off(session: Session, endpoint: WebhookEndpoint, row: OutboxMessage) -> None:
    log.warning("webhook endpoint %s answered 410 and is switched off", endpoint.id)
    endpoint.disabled_at = now()
    record(session, stream=f"endpoint:{endpoint.id}", verb="endpoint.gone", actor=SYSTEM,
           detail={"url": endpoint.url})  # fmt: skip
    bury(session, row, "answered 410: the endpoint is switched off")


def _back_off(
    session: Session, endpoint: WebhookEndpoint, row: OutboxMessage, answer: Answer
) -> None:
    """Let the row wait longer each time, and meanwhile spare the endpoint its other rows."""
    again_at = mark_failed(session, row, str(answer), retry_at=answer.retry_at)
    pause = min(again_at or now() + WAITS[0], now() + LONGEST_PAUSE)
    until = max(pause, answer.retry_at or pause)
    put_off(session, Channel.WEBHOOK, until, OutboxMessage.endpoint_id == endpoint.id)
