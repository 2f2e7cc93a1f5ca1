"""One erasure at a time: two parties of one order have rows in common, taken in any order."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def wait_for_turn(session: Session) -> None:
    """Wait until no other erasure or purge is at work; the turn ends with the transaction."""
    key = func.hashtextextended("erasing", 0)
    session.execute(select(func.pg_advisory_xact_lock(key)))
