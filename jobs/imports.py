"""Imports: each piece of work reads a file for some seconds and owes the rest again."""

from sqlalchemy.orm import Session

from backoffice.queues.listings.importing.run import run_import
from config.settings import get_settings


def go_on_with_import(session: Session, import_id: int) -> None:
    """Read on for a while, well within a lease, so that others have their turn."""
    run_import(session, import_id, get_settings().outbox_lease_seconds / 6)
