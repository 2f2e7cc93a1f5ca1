"""Search everywhere."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from backoffice.core.queue import QUEUES
from backoffice.desk.access import readable_queues
from backoffice.desk.blueprint import blueprint
from backoffice.desk.finder import Found, exact, find
from backoffice.desk.mine import rows
from backoffice.extensions import db
from backoffice.staff.guard import requires

QUERY_MAX = 200


@blueprint.get("/search")
@requires("desk:read")
def search() -> ResponseReturnValue:
    """Show what matches; a whole reference leads straight to its case."""
    query = request.args.get("q", "").replace("\0", "").strip()[:QUERY_MAX]
    session, slugs = db.session(), {one.slug for one in readable_queues()}
    if query and (case := exact(session, query, slugs)):
        return redirect(url_for(".case", reference=case.reference))
    may_see = current_user.actor.may("seller:read")
    found = find(session, query, slugs, with_sellers=may_see) if query else Found([], ())
    listed = rows(session, found.cases, current_user.actor)
    return render_template(
        "desk/search.html", query=query, rows=listed, sellers=found.sellers, queues=QUEUES
    )
