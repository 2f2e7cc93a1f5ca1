"""My cases: everything that waits for the signed-in person."""

from flask import render_template
from flask_login import current_user

from backoffice.core.queue import QUEUES
from backoffice.desk.blueprint import blueprint
from backoffice.desk.mine import piles
from backoffice.extensions import db
from backoffice.staff.guard import requires
from config.settings import get_settings


@blueprint.get("/mine")
@requires("desk:read")
def mine() -> str:
    """Show the person's cases."""
    return render_template(
        "desk/mine.html",
        piles=piles(db.session(), current_user.actor),
        queues=QUEUES,
        most=get_settings().leases_max,
    )
