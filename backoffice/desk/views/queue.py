"""A queue's list, the next case of it, and its export."""

import werkzeug
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from backoffice.core.audit import record
from backoffice.desk.access import queue_named, scope, view_given
from backoffice.desk.after import next_url
from backoffice.desk.blueprint import blueprint
from backoffice.desk.cells import Cells
from backoffice.desk.choice import bulk_actions, fitting
from backoffice.desk.export import file_rows
from backoffice.desk.filters import facets_of
from backoffice.desk.grouping import blocks
from backoffice.desk.listing import listing
from backoffice.desk.once import once_only
from backoffice.desk.tabs import tabs
from backoffice.desk.view import View
from backoffice.extensions import db
from backoffice.staff.guard import signed_in
from backoffice.web.sheet import sheet_file
from backoffice.web.text import say


@blueprint.get("/queues/<slug>")
@signed_in
def queue(slug: str) -> str:
    """Show one page of a view of the queue."""
    view = View.read(scope(queue_named(slug)), request.args.items(multi=True))
    shown = tabs(view)
    known = next((tab.count for tab in shown if tab.is_current), None)
    found = listing(view, request.args.get("at"), known)
    rows = found.page.rows
    return render_template(
        "desk/queue.html",
        queue=view.scope.queue,
        view=view,
        listing=found,
        blocks=blocks(view, Cells().lines(view.scope.queue, rows)),
        tabs=shown,
        file_url=lambda form: (
            url_for(".export", slug=slug, form=form) + (f"?{view.query}" if view.query else "")
        ),
        bulk_actions=fitting(bulk_actions(view.scope.queue, current_user.actor), rows),
        facets=facets_of(view.scope.queue) if "filter" in request.args else (),
    )


@blueprint.post("/queues/<slug>/next")
@signed_in
@once_only
def next_case(slug: str) -> werkzeug.Response:
    """Claim the most urgent free case of the person's view and open it."""
    return redirect(next_url(view_given(queue_named(slug, "claim"))), 303)


@blueprint.get("/queues/<slug>/export.<any(csv, xlsx):form>")
@signed_in
def export(slug: str, form: str) -> ResponseReturnValue:
    """Send the cases of the view as a file, line by line."""
    queue = queue_named(slug)
    view = View.read(scope(queue), request.args.items(multi=True))
    actor = current_user.actor
    record(db.session(), stream=f"staff:{actor.id}", verb=f"{queue.noun}.exported", actor=actor,
           detail={"query": view.query})  # fmt: skip
    return sheet_file(form, say(queue.title), file_rows(view))
