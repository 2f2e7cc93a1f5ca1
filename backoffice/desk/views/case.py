"""A case's page, and its lease: taking it, giving it back, keeping it."""

from flask import jsonify, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from backoffice.core import claim as leases
from backoffice.core.clock import now
from backoffice.core.guard import lock_case
from backoffice.core.queue import queue_of
from backoffice.desk.access import case_named, view_given
from backoffice.desk.after import same_case
from backoffice.desk.blueprint import blueprint
from backoffice.desk.casepage import case_page
from backoffice.desk.listing import minutes_left
from backoffice.extensions import db
from backoffice.staff.guard import background, signed_in


@blueprint.get("/cases/<reference>")
@signed_in
def case(reference: str) -> str:
    """Show a case."""
    return case_page(case_named(reference))


@blueprint.post("/cases/<reference>/claim")
@signed_in
def claim(reference: str) -> ResponseReturnValue:
    """Take the case."""
    case_named(reference)
    case = lock_case(db.session(), reference)
    leases.claim(db.session(), case, current_user.actor)
    return redirect(same_case(case), 303)


@blueprint.post("/cases/<reference>/release")
@signed_in
def release(reference: str) -> ResponseReturnValue:
    """Give the case back to its queue."""
    case_named(reference)
    case = lock_case(db.session(), reference)
    leases.release(db.session(), case, current_user.actor)
    return redirect(view_given(queue_of(case)).url(), 303)


@blueprint.post("/cases/<reference>/renew")
@signed_in
@background
def renew(reference: str) -> ResponseReturnValue:
    """Keep the case while its page is open; 409 once somebody else has it."""
    case_named(reference)
    case = lock_case(db.session(), reference)
    if not leases.renew(db.session(), case, current_user.actor):
        return jsonify(label=_("Not yours any more")), 409
    return jsonify(label=_("Yours, %(minutes)s min left", minutes=minutes_left(case, now())))
