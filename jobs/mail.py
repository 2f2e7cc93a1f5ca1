"""E-mail: a batch of outbox rows through one SMTP connection."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from backoffice.core.clock import now
from backoffice.core.lease import bury, is_lease_ending, mark_failed, mark_sent, release
from backoffice.core.outbox import OutboxMessage
from backoffice.core.work import unit_of_work
from backoffice.notify.message import NoAddress, compose
from config.settings import get_settings
from jobs.enclosures import enclosures
from jobs.smtp import Broken, Connection, Refused, Unreachable

log = logging.getLogger(__name__)

PAUSE = timedelta(seconds=30)  # before a server that cannot be reached is tried again


def send_mails(session: Session, rows: Sequence[OutboxMessage]) -> None:
    """Send leased rows one after the other; each is settled by itself, as soon as it has left."""
    with Connection(get_settings().smtp_url) as connection:
        for position, row in enumerate(rows):
            if is_lease_ending(row):
                return _give_back(session, rows[position:])
            try:
                _send(session, connection, row)
            except Unreachable as error:
                log.warning("the mail server cannot be reached: %s", error)
                return _give_back(session, rows[position:], error)
            except Broken as error:
                with unit_of_work(session):
                    mark_failed(session, row, str(error))
                return _give_back(session, rows[position + 1 :])
    return None


def _send(session: Session, connection: Connection, row: OutboxMessage) -> None:
    try:
        with unit_of_work(session):
            letter = compose(row, enclosures(session, row))
    except NoAddress as error:
        with unit_of_work(session):
            return bury(session, row, str(error))
    except Exception as error:  # a fault of a template must not hold the others back
        log.exception("mail %s cannot be composed", row.id)
        with unit_of_work(session):
            mark_failed(session, row, f"cannot be composed: {error!r}")
        return None
    try:
        connection.send(letter)
    except Refused as error:
        with unit_of_work(session):
            (bury if error.for_good else mark_failed)(session, row, str(error))
        return None
    with unit_of_work(session):
        return mark_sent(session, row, letter.copy)


def _give_back(
    session: Session, rows: Sequence[OutboxMessage], error: Unreachable | None = None
) -> None:
    with unit_of_work(session):
        if error:
            release(session, rows, until=now() + PAUSE, error=f"mail server: {error}")
        else:
            release(session, rows)
