"""Reviews and messages as the API tells them: as before decisions that may still be undone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.clock import now
from backoffice.core.decision import Decision, DecisionState
from backoffice.intake.user_text_answers import MessageShown, ReviewShown
from backoffice.marketplace.review import Review
from backoffice.marketplace.thread_message import ThreadMessage
from backoffice.marketplace.user_text import UserTextColumns
from config.settings import get_settings

SHARED = ("external_id", "author", "text", "version")


def tell_review(session: Session, review: Review) -> ReviewShown:
    """Tell a review."""
    return ReviewShown(
        **_shared(session, review),
        listing=review.listing.external_id if review.listing else None,
        rating=review.rating,
        written_at=review.written_at,
    )


def tell_message(session: Session, message: ThreadMessage) -> MessageShown:
    """Tell a message."""
    return MessageShown(
        **_shared(session, message),
        thread=message.thread,
        side=message.side,
        sent_at=message.sent_at,
    )


def _shared(session: Session, row: UserTextColumns) -> dict[str, Any]:
    return {name: getattr(row, name) for name in SHARED} | {
        "seller": row.seller.external_id,
        "order": row.order or None,
        "status": _settled_status(session, row),
    }


def _settled_status(session: Session, row: UserTextColumns) -> str:
    """Lay what undoable decisions changed back over the status, newest first."""
    status = row.status
    undoable_since = now() - timedelta(seconds=get_settings().undo_seconds)
    if row.status_at is None or row.status_at < undoable_since:
        return status
    decisions = session.scalars(
        select(Decision)
        .where(Decision.state == DecisionState.EXECUTED, Decision.undo_until > now())
        .order_by(Decision.id.desc())
    )
    of_row = {"table": row.__tablename__, "id": row.id}
    for decision in decisions:
        for change in _objects(decision.changes):
            if of_row.items() <= change.items():
                status = change["status"]
    return status


def _objects(changes: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in what a decision changed, last first, however deep it lies."""
    if isinstance(changes, dict):
        yield changes
    inner = changes.values() if isinstance(changes, dict) else changes
    if isinstance(changes, dict | list):
        for one in reversed(list(inner)):
            yield from _objects(one)
