"""Imports: each piece of work reads a file for some seconds and owes the rest again."""

import logging
from collections.abc import Sequence

from sqlalchemy.orm import Session

from backoffice.core.lease import mark_failed, mark_sent
from backoffice.core.outbox import OutboxMessage
from backoffice.core.work import unit_of_work
from backoffice.queues.listings.importing.run import run_import
from config.settings import get_settings

log = logging.getLogger(__name__)


def do_imports(session: Session, rows: Sequence[OutboxMessage]) -> None:
    """Go on with the imports that leased rows name; one that fails waits and is tried again."""
    for row in rows:
        try:
            run_import(session, row.payload["import_id"], slice_seconds())
        except Exception as error:
            log.exception("%s of row %s failed", row.event, row.id)
            with unit_of_work(session):
                mark_failed(session, row, repr(error))
        else:
            with unit_of_work(session):
                mark_sent(session, row, None)


def slice_seconds() -> float:
    """Return how long one import is read before others have their turn: well within a lease."""
    return get_settings().outbox_lease_seconds / 6
