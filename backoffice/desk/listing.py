"""One page of a view: its cases, their subjects and holders, each loaded by one query."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, State
from backoffice.core.clock import now
from backoffice.core.permissions import Actor
from backoffice.core.queue import Queue
from backoffice.desk.briefly import briefly, turn
from backoffice.desk.view import View
from backoffice.staff.model import Staff
from backoffice.web.pagination import Count, Page, count_up_to
from config.settings import get_settings

URGENT = "urgent"


class Row(NamedTuple):
    """One case of a list, with its subject; `holder` is who holds it now, if somebody does."""

    case: Case
    subject: Any
    holder: str | None
    is_mine: bool
    minutes_left: int

    @property
    def is_plain(self) -> bool:
        """Tell whether there is nothing to say of the case but what its columns say."""
        case = self.case
        is_calm = case.kind != URGENT and not case.flags
        return self.holder is None and case.state == State.OPEN and is_calm


class Listing(NamedTuple):
    """One page of a view and how many cases it has in all."""

    view: View
    page: Page
    total: Count


def listing(view: View, cursor: str | None, known: Count | None) -> Listing:
    """Return the page of a view at this cursor; its count may be known already."""
    session, queue, actor = view.scope
    page = view.order.page(session, view.rows(), cursor, get_settings().page_size)
    rows = rows_of(session, queue, page.rows, actor)
    return Listing(view, page._replace(rows=rows), known or total_of(view))


def total_of(view: View) -> Count:
    """Return how many cases a view has; the figure may be some seconds old."""
    session, queue, actor = view.scope
    key = ("total", actor.id, queue.slug, view.query, turn())
    return briefly(key, lambda: count_up_to(session, view.rows()))


def rows_of(session: Session, queue: Queue, cases: list[Case], actor: Actor) -> list[Row]:
    """Return cases of one queue as rows: one query for the subjects, one for the holders."""
    subjects = subjects_of(session, queue, cases)
    at = now()
    names = names_of(session, (case.holder_id for case in cases if case.is_leased(at)))
    return [
        Row(
            case,
            subjects.get(case.subject_id),
            names.get(case.holder_id) if case.is_leased(at) else None,
            case.is_held_by(actor.id, at),
            minutes_left(case, at),
        )
        for case in cases
    ]


def subjects_of(session: Session, queue: Queue, cases: list[Case]) -> dict[int, Any]:
    """Return the subjects of cases of one queue by number."""
    if not cases:
        return {}
    subject: Any = queue.subject
    wanted = subject.id.in_([case.subject_id for case in cases])
    found = session.scalars(select(subject).where(wanted).options(*queue.listed))
    return {row.id: row for row in found}


def names_of(session: Session, ids: Iterable[int | None]) -> dict[int | None, str]:
    """Return the names of these people of the staff by number."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    people = select(Staff.id, Staff.name).where(Staff.id.in_(wanted))
    return dict(session.execute(people).all())


def minutes_left(case: Case, at: datetime) -> int:
    """Return the whole minutes a lease still runs."""
    return max(0, round((case.lease_until - at).total_seconds() / 60)) if case.lease_until else 0
