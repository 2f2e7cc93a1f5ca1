"""Entries as a file: a JSON array, each entry on a line as the database's schema accepts it."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from backoffice.core.clock import PARIS, now
from backoffice.core.decision import Decision, Statement
from backoffice.marketplace.transparency.model import EntryState, TransparencyEntry
from backoffice.marketplace.transparency.owe import stands

BATCH = 500
HANDED_OVER = (EntryState.QUEUED, EntryState.ACCEPTED, EntryState.REJECTED)


def entries_between(first: date, last: date, state: str = "") -> Select[Any]:
    """Select what was decided from the first to the last day, but for what was taken back."""
    found = (
        select(TransparencyEntry)
        .join(TransparencyEntry.statement)
        .join(Decision, Decision.id == Statement.decision_id)
        .where(
            TransparencyEntry.decided_at >= _midnight(first),
            TransparencyEntry.decided_at < _midnight(last + timedelta(days=1)),
            TransparencyEntry.body.is_not(None),
            or_(TransparencyEntry.state.in_(HANDED_OVER), stands(now())),
        )
        .order_by(TransparencyEntry.decided_at, TransparencyEntry.id)
    )
    return found.where(TransparencyEntry.state == state) if state else found


def json_lines(session: Session, chosen: Select[Any]) -> Iterator[str]:
    """Yield the array line by line, so that a year needs no more memory than a day."""
    bodies = chosen.with_only_columns(TransparencyEntry.body, maintain_column_froms=True)
    before = "[\n"
    for body in session.scalars(bodies.execution_options(yield_per=BATCH)):
        yield before + json.dumps(body, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)
