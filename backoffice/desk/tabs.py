"""The tabs above a list: views that every queue has, and the person's own, with their counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from backoffice.core.text import N_
from backoffice.desk.briefly import briefly, turn
from backoffice.desk.filters import Scope
from backoffice.desk.model import SavedView
from backoffice.desk.view import View, list_url
from backoffice.web.pagination import LIMIT, Count

BUILT_IN = (
    (N_("To do"), ""),
    (N_("Late"), "due=late"),
    (N_("Wait for an answer"), "state=waiting"),
    (N_("Wait for a second person"), "state=held"),
    (N_("Taken by me"), "holder=me"),
    (N_("All"), "state=all"),
)


@dataclass(frozen=True)
class Tab:
    """One view as a tab; `saved_id` is set on the person's own."""

    label: str
    url: str
    is_current: bool
    count: Count | None
    saved_id: int | None = None


def tabs(view: View) -> list[Tab]:
    """Return the tabs of a queue for this person; counts may be some seconds old."""
    scope = view.scope
    counted = briefly((scope.actor.id, scope.queue.slug, turn()), lambda: counted_views(scope))
    return [
        Tab(label, list_url(scope.queue, query), query == view.query, count, saved_id)
        for label, query, count, saved_id in counted
    ]


def counted_views(scope: Scope) -> list[tuple[str, str, Count, int | None]]:
    """Return the views of a queue: label, address, count, and the number of a saved one."""
    own = [(saved.name, saved.query, saved.id) for saved in saved_views(scope)]
    named = [*((label, query, None) for label, query in BUILT_IN), *own]
    views = [View.parse(scope, query) for _label, query, _id in named]
    rows = zip(named, views, counts_of(scope.session, views), strict=True)
    return [(label, view.query, count, number) for (label, _query, number), view, count in rows]


def saved_views(scope: Scope) -> Sequence[SavedView]:
    """Return the person's own views of a queue."""
    return scope.session.scalars(
        select(SavedView)
        .where(SavedView.staff_id == scope.actor.id, SavedView.queue == scope.queue.slug)
        .order_by(SavedView.id)
    ).all()


def counts_of(session: Session, views: Sequence[View]) -> list[Count]:
    """Count several views in one statement, each exactly up to the limit."""
    columns = [
        select(func.count())
        .select_from(
            view.rows()
            .with_only_columns(literal(1), maintain_column_froms=True)
            .limit(LIMIT + 1)
            .subquery()
        )
        .scalar_subquery()
        for view in views
    ]
    found = session.execute(select(*columns)).one()
    return [Count(min(number, LIMIT), number > LIMIT) for number in found]
