"""How outbox rows are taken by lease, and what becomes of them.

Any number of drains may work side by side: a row is one drain's until its lease ends, and what a
drain says of a row that another has taken since is not heard.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from backoffice.core.clock import now
from backoffice.core.outbox import OutboxMessage, OutboxState
from config.settings import get_settings

WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (30, 120, 600, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
)
"""How long a row waits after its first, second… failure; the last wait is repeated."""

ERROR_LENGTH_MAX = 500


def is_ready(channel: str, at: datetime) -> ColumnElement[bool]:
    """Return the condition that a row of this channel may be taken."""
    return and_(
        OutboxMessage.channel == channel,
        OutboxMessage.state == OutboxState.PENDING,
        OutboxMessage.available_at <= at,
        or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until < at),
    )


def ready_channels(session: Session, channels: Iterable[str]) -> list[str]:
    """Return those of the channels on which something could leave now."""
    at = now()
    found = select(*(exists().where(is_ready(one, at)).label(one) for one in channels))
    return [name for name, is_on in session.execute(found).one()._mapping.items() if is_on]


def lease(session: Session, channel: str, limit: int) -> list[OutboxMessage]:
    """Take the rows that have been ready longest; commit before sending any of them."""
    at = now()
    # A CTE is read once: a sub-select may be run again for each row, and takes more each time.
    chosen = _longest_ready(OutboxMessage.id, channel, at, limit).cte("chosen")
    taken = session.scalars(
        update(OutboxMessage)
        .where(OutboxMessage.id == chosen.c.id)
        .values(
            leased_until=at + lease_length(),
            lease_token=uuid4(),
            taken_at=func.coalesce(OutboxMessage.taken_at, at),
            attempts=OutboxMessage.attempts + 1,
        )
        .returning(OutboxMessage)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return sorted(taken, key=lambda row: (row.available_at, row.id))


def take(session: Session, channel: str, event: str, limit: int) -> list[OutboxMessage]:
    """Lock the rows of one event that have been ready longest.

    For work that is done in this very transaction: end it by `mark_done`, or leave them as they
    are. A row that another transaction has is left to it.
    """
    rows = _longest_ready(OutboxMessage, channel, now(), limit, OutboxMessage.event == event)
    return list(session.scalars(rows.execution_options(populate_existing=True)))


def mark_done(session: Session, rows: Iterable[OutboxMessage]) -> None:
    """Write down that what rows ask for is done with this transaction."""
    at = now()
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_([row.id for row in rows]))
        .values(
            state=OutboxState.SENT, sent_at=at, last_error=None, leased_until=None,
            lease_token=None, taken_at=func.coalesce(OutboxMessage.taken_at, at),
            attempts=OutboxMessage.attempts + 1,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip


def _longest_ready(
    what: Any, channel: str, at: datetime, limit: int, *which: ColumnElement[bool]
) -> Select[Any]:
    return (
        select(what)
        .where(is_ready(channel, at), *which)
        .order_by(OutboxMessage.available_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def lease_length() -> timedelta:
    """Return how long a taken row is one drain's own."""
    return timedelta(seconds=get_settings().outbox_lease_seconds)


def is_lease_ending(row: OutboxMessage) -> bool:
    """Tell whether so little of the lease is left (a third) that no sending should begin."""
    return row.leased_until is None or row.leased_until - now() < lease_length() / 3


def mark_sent(session: Session, row: OutboxMessage, sent_copy: dict[str, Any] | None) -> None:
    """Write down that a row has left, and what left with its links masked.

    A crash of the database may lose the mark; the row then leaves again under the same identity,
    so there is no reason to wait for the disk.
    """
    session.execute(sql("set local synchronous_commit = off"))
    _settle(session, row, state=OutboxState.SENT, sent_at=now(), sent_copy=sent_copy,
            last_error=None)  # fmt: skip


def mark_failed(
    session: Session, row: OutboxMessage, error: str, *, retry_at: datetime | None = None
) -> datetime | None:
    """Let a row wait longer after each failure, and not before `retry_at`.

    Returns when it may be taken again; None when it has been given up.
    """
    wait = wait_after(row.attempts)
    if wait is None:
        bury(session, row, error)
        return None
    available_at = max(now() + wait, retry_at or now())
    _settle(session, row, available_at=available_at, last_error=error[:ERROR_LENGTH_MAX])
    return available_at


def wait_after(failures: int) -> timedelta | None:
    """Return how long to wait after so many failures; None when the waits fill the days allowed."""
    waits = [WAITS[min(number, len(WAITS) - 1)] for number in range(failures)]
    days = timedelta(days=get_settings().webhook_days)
    return waits[-1] if sum(waits, timedelta()) <= days else None


def bury(session: Session, row: OutboxMessage, error: str) -> None:
    """Give a row up: it stays, with the reason, until somebody has it sent again."""
    _settle(session, row, state=OutboxState.DEAD, last_error=error[:ERROR_LENGTH_MAX])


def release(
    session: Session, rows: Sequence[OutboxMessage], *, until: datetime | None = None,
    error: str | None = None,
) -> None:  # fmt: skip
    """Give back rows that were not tried, to be taken from `until` on; no attempt is counted."""
    later: dict[str, Any] = {"available_at": until} if until else {}
    said: dict[str, Any] = {"last_error": error[:ERROR_LENGTH_MAX]} if error else {}
    for row in rows:
        _settle(session, row, attempts=row.attempts - 1, **later, **said)


def put_off(session: Session, channel: str, until: datetime, *which: ColumnElement[bool]) -> None:
    """Let what is ready on a channel wait with a row of it that failed: all, or those meant."""
    session.execute(
        update(OutboxMessage)
        .where(is_ready(channel, now()), *which)
        .values(available_at=until)
        .execution_options(synchronize_session=False)
    )


def _settle(session: Session, row: OutboxMessage, **values: Any) -> None:
    """End a row's lease with these values, unless another drain has taken the row since."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == row.id, OutboxMessage.lease_token == row.lease_token)
        .values(leased_until=None, lease_token=None, **values)
        .execution_options(synchronize_session=False)
    )
