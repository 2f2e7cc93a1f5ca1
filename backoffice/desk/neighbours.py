"""Where a case stands in a view: how many before it, how many in all, which are beside it."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, literal, select, tuple_

from backoffice.core.case import Case
from backoffice.desk.view import View
from backoffice.web.pagination import LIMIT, Count


class Place(NamedTuple):
    """A case's place in a view; the place itself is unknown once the case has left the view."""

    number: int | None
    total: Count
    before: str | None
    after: str | None


def place(view: View, case: Case) -> Place:
    """Return where a case stands in a view, by one statement."""
    here = (case.due_at, case.rank, case.id)
    keys = tuple_(*view.order.columns)
    earlier, later = keys < here, keys > here
    if view.order.descending:
        earlier, later = later, earlier
    is_in = exists(view.rows().where(Case.id == case.id))
    found = view.scope.session.execute(
        select(
            is_in,
            _number(view.rows().where(earlier)),
            _number(view.rows()),
            _nearest(view, earlier, backward=True),
            _nearest(view, later, backward=False),
        )
    ).one()
    number = found[1] + 1 if found[0] and found[1] < LIMIT else None
    return Place(number, Count(min(found[2], LIMIT), found[2] > LIMIT), found[3], found[4])


def _number(rows: Select[Case]) -> ColumnElement[Any]:
    one = rows.with_only_columns(literal(1), maintain_column_froms=True).limit(LIMIT + 1)
    return select(func.count()).select_from(one.subquery()).scalar_subquery()


def _nearest(view: View, side: ColumnElement[bool], *, backward: bool) -> ColumnElement[Any]:
    reverse = view.order.descending != backward
    order = [column.desc() if reverse else column.asc() for column in view.order.columns]
    rows = view.rows().where(side).with_only_columns(Case.reference)
    return rows.order_by(*order).limit(1).scalar_subquery()
