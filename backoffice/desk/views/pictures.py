"""Pictures of listings as staff see them: the thumbnail we drew, never what a stranger sent."""

from flask import Response, abort, request

from backoffice.core.store import file_store
from backoffice.desk.blueprint import blueprint
from backoffice.extensions import db
from backoffice.marketplace.picture import Picture
from backoffice.staff.guard import requires

DAY_SECONDS = 24 * 3600


@blueprint.get("/pictures/<int:number>")
@requires("listing:read")
def picture(number: int) -> Response:
    """Send the thumbnail of a picture; the browser may keep it for this person."""
    return thumbnail(db.session.get(Picture, number) if number < 2**63 else None)


def thumbnail(found: Picture | None) -> Response:
    """Send a picture's thumbnail; 404 where there is none."""
    if found is None or found.thumbnail_key is None:
        abort(404)
    try:
        with file_store().open(found.thumbnail_key) as file:
            answer = Response(file.read(), mimetype="image/jpeg")
    except FileNotFoundError:
        abort(404)
    answer.set_etag(found.thumbnail_key)
    answer.headers["Cache-Control"] = f"private, max-age={DAY_SECONDS}"
    answer.make_conditional(request)
    return answer
