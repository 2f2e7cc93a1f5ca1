"""A person's own views of a queue: keeping one under a name, dropping one."""

from flask import abort, flash, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.dialects.postgresql import insert
from werkzeug import Response

from backoffice.desk.access import queue_named, scope, view_given
from backoffice.desk.blueprint import blueprint
from backoffice.desk.model import SavedView
from backoffice.desk.tabs import saved_views
from backoffice.extensions import db
from backoffice.staff.guard import signed_in

NAME_MAX, VIEWS_MAX = 40, 20


@blueprint.post("/queues/<slug>/views")
@signed_in
def save_view(slug: str) -> Response:
    """Keep the view under a name; the same name again replaces it."""
    view = view_given(queue_named(slug))
    name = " ".join(request.form.get("name", "").replace("\0", "").split())[:NAME_MAX]
    if not name or len(saved_views(view.scope)) >= VIEWS_MAX:
        flash(_("Give the view a name; you may keep 20 in each queue."), "warning")
        return redirect(view.url(), 303)
    kept = {"staff_id": current_user.staff_id, "queue": slug, "name": name, "query": view.query}
    row = insert(SavedView).values(**kept)
    db.session.execute(
        row.on_conflict_do_update(
            index_elements=["staff_id", "queue", "name"], set_={"query": view.query}
        )
    )
    return redirect(view.url(), 303)


@blueprint.post("/queues/<slug>/views/<int:view_id>/delete")
@signed_in
def drop_view(slug: str, view_id: int) -> Response:
    """Forget one of one's own views."""
    queue = queue_named(slug)
    mine = {saved.id: saved for saved in saved_views(scope(queue))}
    if view_id not in mine:
        abort(404)
    db.session.delete(mine[view_id])
    flash(_("The view “%(name)s” is gone.", name=mine[view_id].name), "success")
    return redirect(view_given(queue).url(), 303)
