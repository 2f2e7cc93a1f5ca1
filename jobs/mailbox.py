"""The support's mailbox: its unread messages taken, each in a transaction of its own.

What was taken is known by its content: a connection that breaks between the commit and the mark
on the server takes nothing twice, and what was not taken stays unread.
"""

import logging
import time
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.clock import now
from backoffice.core.outbox import Channel, OutboxMessage, OutboxState, put_work
from backoffice.core.work import unit_of_work
from backoffice.intake.mail.take import take_mail
from config.settings import get_settings
from jobs.imap import FAULTS, Mailbox

log = logging.getLogger(__name__)

READ = "mailbox.read"
ROW = uuid5(NAMESPACE_URL, READ)


def owe_reading(session: Session) -> None:
    """Owe a reading of the mailbox, unless one is owed or under way.

    It is one row, owed again and again; whoever leases it reads alone.
    """
    if not get_settings().imap_url.get_secret_value():
        return
    row = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.uid == ROW)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        put_work(session, Channel.CHECKS, READ, {}, uid=ROW)
    elif row.state != OutboxState.PENDING:
        row.state, row.attempts, row.available_at = OutboxState.PENDING, 0, now()
        row.leased_until = row.lease_token = row.sent_at = None


def read_mailbox(session: Session) -> None:
    """Take unread messages, for half a lease at most; the next reading goes on.

    A server that cannot be reached is asked again at the next reading.
    """
    ends_at = time.monotonic() + get_settings().outbox_lease_seconds / 2
    try:
        with Mailbox(get_settings().imap_url.get_secret_value()) as mailbox:
            for number in mailbox.unread():
                if time.monotonic() > ends_at:
                    return
                _take(session, mailbox, number)
    except FAULTS as error:
        log.warning("the mailbox cannot be read: %r", error)


def _take(session: Session, mailbox: Mailbox, number: str) -> None:
    """Take one message; of one too large its beginning, and the whole stays where it is."""
    size, settings = mailbox.size_bytes(number), get_settings()
    is_large = size is not None and size > settings.mail_max_bytes
    raw = mailbox.message(number, is_beginning=is_large)
    if raw is None:
        return
    try:
        with unit_of_work(session):
            take_mail(session, raw, size_bytes=size if is_large else None)
    except Exception:  # ours: the others must not wait for it; it stays unread
        log.exception("message %s of the mailbox cannot be taken", number)
        return
    mailbox.put_away(number, "" if is_large else settings.imap_done_folder)
