"""How each queue stands: what is open, late and due, how long deciding takes, what was overturned.

Open cases come from the case table, the rest from the stays that ended in the period.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, and_, func, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, CaseLink, QueueStay, State
from backoffice.core.clock import PARIS, now

OPEN = Case.state != State.CLOSED
OVERTURNED = ("overturned", "amended")


class QueueFigures(NamedTuple):
    """One line of the table of queues; None where there is nothing to measure."""

    slug: str
    open: int = 0
    late: int = 0
    due_today: int = 0
    oldest: timedelta | None = None
    median: timedelta | None = None
    on_time: float | None = None
    appealed: int = 0
    overturned: int = 0


def end_of_today() -> datetime:
    """Return the end of the Paris day."""
    return now().astimezone(PARIS).replace(hour=23, minute=59, second=59)


def figures(session: Session, slugs: Sequence[str], since: datetime) -> list[QueueFigures]:
    """Return the figures of these queues, in this order."""
    rows: dict[str, QueueFigures] = {slug: QueueFigures(slug) for slug in slugs}
    for part in (
        _waiting(session, slugs),
        _decided(session, slugs, since),
        _appeals(session, since),
    ):
        for slug, values in part.items():
            if slug in rows:
                rows[slug] = rows[slug]._replace(**values)
    return list(rows.values())


def is_late(at: datetime) -> ColumnElement[bool]:
    """Return the condition that a case is past its time; a paused clock is never late."""
    return and_(OPEN, Case.paused_at.is_(None), Case.due_at < at)


def _waiting(session: Session, slugs: Sequence[str]) -> dict[str, dict[str, Any]]:
    at = now()
    query = (
        select(
            Case.queue,
            func.count(),
            func.count().filter(is_late(at)),
            func.count().filter(Case.paused_at.is_(None), Case.due_at.between(at, end_of_today())),
            func.min(Case.received_at),
        )
        .where(OPEN, Case.queue.in_(slugs))
        .group_by(Case.queue)
    )
    return {
        slug: {"open": total, "late": late, "due_today": today, "oldest": at - oldest}
        for slug, total, late, today, oldest in session.execute(query)
    }


def _decided(session: Session, slugs: Sequence[str], since: datetime) -> dict[str, dict[str, Any]]:
    took = func.extract("epoch", QueueStay.left_at - QueueStay.entered_at)
    query = (
        select(
            QueueStay.queue,
            func.percentile_cont(0.5).within_group(took),
            func.avg((QueueStay.left_at <= QueueStay.due_at).cast(Integer)),
        )
        .where(QueueStay.left_at >= since, QueueStay.queue.in_(slugs))
        .group_by(QueueStay.queue)
    )
    return {
        slug: {"median": timedelta(seconds=float(median)), "on_time": float(on_time)}
        for slug, median, on_time in session.execute(query)
    }


def _appeals(session: Session, since: datetime) -> dict[str, dict[str, Any]]:
    first, appeal = Case.__table__.alias("first"), Case.__table__.alias("appeal")
    query = (
        select(
            first.c.queue,
            func.count(),
            func.count().filter(appeal.c.resolution.in_(OVERTURNED)),
        )
        .select_from(CaseLink)
        .join(first, first.c.id == CaseLink.from_id)
        .join(appeal, appeal.c.id == CaseLink.to_id)
        .where(CaseLink.relation == "appeal", appeal.c.closed_at >= since)
        .group_by(first.c.queue)
    )
    return {
        slug: {"appealed": total, "overturned": overturned}
        for slug, total, overturned in session.execute(query)
    }
