"""What the layout asks of the desk: figures beside the queues, and the undo on offer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import session as cookie
from flask import url_for
from flask_login import current_user
from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.queue import Queue
from backoffice.core.text import Text
from backoffice.desk.access import readable_queues
from backoffice.desk.briefly import briefly, turn
from backoffice.desk.filters import by_state
from backoffice.extensions import db
from backoffice.web.navigation import Offer, Tally
from backoffice.web.pagination import LIMIT, Count
from config.settings import get_settings


def tallies() -> Mapping[str, Tally]:
    """Return the open and late cases of each queue one may read, and how many one holds."""
    if not current_user.is_authenticated:
        return {}
    session, queues = db.session(), readable_queues()
    key = ("tallies", *(one.slug for one in queues))
    numbers = iter(briefly(key, lambda: _numbers(session, queues)))
    found = {one.slug: Tally(_written(next(numbers)), next(numbers)) for one in queues}
    me = current_user.staff_id
    held = briefly(("held", me, turn()), lambda: _held(session, me))
    return found | {"mine": Tally(f"{held} / {get_settings().leases_max}")}


def _held(session: Session, staff_id: int) -> int:
    mine = (Case.holder_id == staff_id, Case.lease_until > func.now())
    return session.scalar(select(func.count()).select_from(Case).where(*mine)) or 0


def _numbers(session: Session, queues: list[Queue]) -> tuple[int, ...]:
    """Count the open and the late cases of each queue in turn, in one statement."""
    columns = [
        _number(condition)
        for queue in queues
        for condition in (
            (Case.queue == queue.slug, by_state("live")),
            (Case.queue == queue.slug, by_state("live"), Case.due_at < func.now(),
             Case.paused_at.is_(None)),
        )
    ]  # fmt: skip
    return tuple(session.execute(select(*columns)).one()) if columns else ()


def _number(conditions: tuple[Any, ...]) -> ColumnElement[int]:
    rows = select(literal(1)).select_from(Case).where(*conditions).limit(LIMIT + 1)
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()


def _written(number: int) -> int | str:
    return str(Count(LIMIT, True)) if number > LIMIT else number


def offer() -> Offer | None:
    """Return the person's last decision while it may still be taken back."""
    kept = cookie.get("undo")
    if not kept or (until := datetime.fromisoformat(kept["until"])) <= now():
        return None
    said = Text(kept["said"]["msgid"], kept["said"]["values"])
    return Offer(said, url_for(kept["endpoint"], **kept["values"]), until)
