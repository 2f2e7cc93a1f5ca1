"""A form takes effect once: its number is kept with the answer, and a second press gets that."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import TypeVar
from uuid import UUID

from flask import redirect, request
from flask_login import current_user
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from werkzeug import Response

from backoffice.core.clock import now
from backoffice.desk.model import AnsweredForm
from backoffice.extensions import db

View = TypeVar("View", bound=Callable[..., Response])
KEPT_FOR = timedelta(days=1)


def once_only(view: View) -> View:
    """Carry a posted form out once; a refusal rolls back, so that the form may be sent again."""

    @wraps(view)
    def guarded(**arguments: str) -> Response:
        number = _number()
        if number is None:
            return view(**arguments)
        if earlier := _answer_of_first(number):
            return redirect(earlier, 303)
        response = view(**arguments)
        db.session.execute(_row(update(AnsweredForm), number).values(location=response.location))
        return response

    return guarded  # type: ignore[return-value]  # the same signature


def _number() -> UUID | None:
    try:
        return UUID(request.form.get("once", ""))
    except ValueError:
        return None


def _answer_of_first(number: UUID) -> str | None:
    """Return where the first press led; one still under way is waited for."""
    mine = AnsweredForm.staff_id == current_user.staff_id
    row = insert(AnsweredForm).values(staff_id=current_user.staff_id, once=number, location="")
    new = db.session.execute(row.on_conflict_do_nothing().returning(AnsweredForm.once)).scalar()
    if new is None:
        return db.session.scalar(_row(select(AnsweredForm.location), number))
    db.session.execute(delete(AnsweredForm).where(mine, AnsweredForm.at < now() - KEPT_FOR))
    return None


def _row(statement, number: UUID):
    return statement.where(
        AnsweredForm.staff_id == current_user.staff_id, AnsweredForm.once == number
    )
