"""Drains: each sends what is owed on its channel, leased batch by leased batch.

PostgreSQL holds what is owed; RQ only says when to look. So a drain may be woken twice, killed or
never woken, and nothing is lost: whatever it had taken is taken again when the lease ends.
"""

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from backoffice.core.lease import lease
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.work import unit_of_work
from backoffice.extensions import db
from backoffice.marketplace.transparency.database import BATCH_MAX
from config.settings import get_settings
from jobs.checks import do_work
from jobs.mail import send_mails
from jobs.transparency import declare
from jobs.webhook import post_webhooks


class Drain(NamedTuple):
    """How a channel is emptied: what sends a batch, and how many rows a batch has."""

    deliver: Callable[[Session, Sequence[OutboxMessage]], None]
    batch: int


DRAINS: dict[str, Drain] = {
    Channel.MAIL: Drain(send_mails, 50),
    Channel.WEBHOOK: Drain(post_webhooks, 100),
    Channel.CHECKS: Drain(do_work, 1),
    Channel.IMPORTS: Drain(do_work, 1),
    Channel.BILLING: Drain(do_work, 1),
    Channel.TRANSPARENCY: Drain(declare, BATCH_MAX),
}


def drain(channel: str) -> None:
    """Send until nothing is ready, or until other channels should have their turn."""
    deliver, batch = DRAINS[channel]
    session = db.session()
    ends_at = time.monotonic() + turn_seconds()
    while time.monotonic() < ends_at:
        with unit_of_work(session):
            rows = lease(session, channel, batch)
        if not rows:
            return
        deliver(session, rows)


def turn_seconds() -> float:
    """Return after how long a drain begins no further batch."""
    return get_settings().outbox_lease_seconds / 6


def longest_seconds() -> int:
    """Return after how long a drain that is still at work is stopped: its last lease has ended."""
    return int(turn_seconds()) + get_settings().outbox_lease_seconds + 1
