"""Entries for the European transparency database: a batch of outbox rows in one request.

The database stores a batch whole or not at all. It refuses an identifier that it has, so what may
have been stored by an attempt that ended in silence is looked up before it is sent again.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.clock import now
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
from backoffice.core.work import unit_of_work
from backoffice.marketplace.transparency.database import Busy, Closed, Database, Failed, Stored
from backoffice.marketplace.transparency.model import EntryState, TransparencyEntry

log = logging.getLogger(__name__)

CLOSED_PAUSE = timedelta(minutes=10)
BUSY_PAUSE = timedelta(minutes=1)  # where the database does not say for how long
LONGEST_PAUSE = timedelta(minutes=10)  # for rows that wait behind those that failed


class Owed(NamedTuple):
    """A leased row and the entry that it is about."""

    row: OutboxMessage
    entry: TransparencyEntry


def declare(session: Session, rows: Sequence[OutboxMessage]) -> None:
    """Send leased rows' entries; each is settled with its row, in one transaction."""
    sending = Sending(session, rows)
    try:
        with Database() as database:
            sending.look_up(database)
            sending.send(database)
    except Closed as error:
        log.error("the transparency database is closed to us: %s", error)
        sending.wait(now() + CLOSED_PAUSE, str(error))
    except Busy as error:
        sending.wait(error.retry_at or now() + BUSY_PAUSE, str(error))
    except Failed as error:
        log.warning("the transparency database: %s", error)
        sending.fail(str(error))
    else:
        sending.give_back()


class Sending:
    """Leased rows on their way, by identifier; those that are settled leave it."""

    def __init__(self, session: Session, rows: Sequence[OutboxMessage]) -> None:
        self._session = session
        by_entry = {row.payload["entry"]: row for row in rows}
        with unit_of_work(session):
            found = select(TransparencyEntry).where(TransparencyEntry.id.in_(by_entry))
            entries = session.scalars(found.order_by(TransparencyEntry.id)).all()
            for entry in entries:
                entry.attempts += 1
                entry.tried_at = now()
        self._left = {entry.puid: Owed(by_entry[entry.id], entry) for entry in entries}

    def look_up(self, database: Database) -> None:
        """Settle what an earlier attempt stored without our hearing of it."""
        for one in self._unsettled():
            if one.row.attempts > 1 and self._has_time():
                uuid = database.find(one.entry.puid)
                if uuid is not None:
                    with unit_of_work(self._session):
                        self._accept(one, 302, uuid)

    def send(self, database: Database) -> None:
        """Send all that is left in one request, again without those that were refused."""
        while self._left and self._has_time():
            batch = self._unsettled()
            answer = self._send(database, batch)
            if not (answer.is_stored or answer.refused):  # it does not say which are wrong
                for one in batch:
                    if self._has_time():
                        self._send(database, [one])
                return

    def _send(self, database: Database, batch: list[Owed]) -> Stored:
        answer = database.store([one.entry.body or {} for one in batch])
        if answer.is_stored:
            with unit_of_work(self._session):
                for one in batch:
                    self._accept(one, 201, answer.uuids.get(one.entry.puid, ""))
        for position, said in answer.refused.items():
            one = batch[position]
            known = answer.uuids.get(one.entry.puid) or database.find(one.entry.puid)
            with unit_of_work(self._session):
                if known is None:
                    self._reject(one, said)
                else:
                    self._accept(one, 422, known)
        return answer

    def wait(self, until: datetime, why: str) -> None:
        """Give back what is left, and let the whole channel wait; no attempt is counted."""
        with unit_of_work(self._session):
            release(self._session, self._rows(), until=until, error=why)
            put_off(self._session, Channel.TRANSPARENCY, until)

    def fail(self, why: str) -> None:
        """Let what is left wait longer each time, and the rest of the channel meanwhile."""
        with unit_of_work(self._session):
            waits = [mark_failed(self._session, row, why) for row in self._rows()]
            until = max((one for one in waits if one), default=now() + WAITS[0])
            put_off(self._session, Channel.TRANSPARENCY, min(until, now() + LONGEST_PAUSE))

    def give_back(self) -> None:
        """Give back what there was no time for."""
        with unit_of_work(self._session):
            release(self._session, self._rows())

    def _unsettled(self) -> list[Owed]:
        return [*self._left.values()]

    def _rows(self) -> list[OutboxMessage]:
        return [one.row for one in self._left.values()]

    def _has_time(self) -> bool:
        """Tell whether the lease, which all rows share, is long enough for one more request."""
        return not any(map(is_lease_ending, self._rows()[:1]))

    def _accept(self, one: Owed, status: int, uuid: str) -> None:
        one.entry.state, one.entry.uuid = EntryState.ACCEPTED, uuid or None
        one.entry.response, one.entry.settled_at = {"status": status}, now()
        mark_sent(self._session, one.row, {"status": status})
        del self._left[one.entry.puid]

    def _reject(self, one: Owed, said: Any) -> None:
        log.error("entry %s was rejected: %s", one.entry.puid, said)
        one.entry.state, one.entry.settled_at = EntryState.REJECTED, now()
        one.entry.response = {"status": 422, "errors": said}
        bury(self._session, one.row, f"rejected: {said}")
        del self._left[one.entry.puid]
