"""What the signed-in person may open: a queue or a case, or “not found” as if it were absent."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import abort, request, url_for
from flask_login import current_user
from sqlalchemy import select

from backoffice.core.case import Case
from backoffice.core.queue import QUEUES, Queue, queue_of
from backoffice.desk.filters import Scope
from backoffice.desk.view import View
from backoffice.extensions import db


def queue_named(slug: str, verb: str = "read") -> Queue:
    """Return a queue in which the person has this permission; else 404."""
    queue = QUEUES.get(slug)
    if queue is None or not current_user.actor.may(queue.permission(verb)):
        abort(404)
    return queue


def readable_queues() -> list[Queue]:
    """Return the queues the person may read."""
    return [one for one in QUEUES.values() if current_user.actor.may(one.permission("read"))]


def case_named(reference: str) -> Case:
    """Return a case the person may read; else 404."""
    if not reference.isprintable():
        abort(404)
    case = db.session.scalars(select(Case).where(Case.reference == reference)).first()
    if case is None or not current_user.actor.may(queue_of(case).permission("read")):
        abort(404)
    return case


def scope(queue: Queue) -> Scope:
    """Return in what the person's lists of a queue are asked for."""
    return Scope(db.session(), queue, current_user.actor)


def view_given(queue: Queue) -> View:
    """Return the view that a case page or a form carries along."""
    return View.parse(scope(queue), request.values.get("view", ""))


def case_url_for(reference: str) -> Callable[..., str]:
    """Return `url_for` bound to a case and to the view that this request carries."""
    return partial(url_for, reference=reference, **carried_view())


def carried_view() -> dict[str, Any]:
    """Return the view that this request carries, as an address's parameter."""
    return {"view": request.values["view"]} if "view" in request.values else {}
