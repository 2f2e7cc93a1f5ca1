"""The shared inbox: macros, the draft that several write, who else is before a case."""

import werkzeug
from flask import abort, flash, jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from backoffice.core.case import Case
from backoffice.core.presence import DraftChanged, be_present, save_draft
from backoffice.core.queue import subject_of
from backoffice.desk.access import case_named
from backoffice.desk.after import conclude, same_case
from backoffice.desk.blueprint import blueprint
from backoffice.desk.inbox import present, run_macro, told
from backoffice.desk.once import once_only
from backoffice.desk.views.act import posted, version
from backoffice.extensions import db
from backoffice.queues.tickets.model import Ticket
from backoffice.staff.guard import background, requires, signed_in


@blueprint.post("/cases/<reference>/presence")
@signed_in
@background
def presence(reference: str) -> ResponseReturnValue:
    """Note that the page is open, and tell who else has it open."""
    case, actor = case_named(reference), current_user.actor
    is_writing = request.form.get("writing") == "1"
    be_present(db.session(), case.id, actor.id, is_writing=is_writing)
    return jsonify(present(db.session(), case, actor))


@blueprint.post("/cases/<reference>/draft", defaults={"name": "reply"})
@requires("ticket:reply")
@background
def draft(reference: str, name: str) -> ResponseReturnValue:
    """Keep what is being written; 409 with the other's text where somebody wrote meanwhile.

    A refusal keeps what was typed in the form of this name.
    """
    case, _ticket = ticket_named(reference)
    by_script = request.form.get("by") == "script"
    try:
        number = saved(case)
    except DraftChanged as changed:
        if not by_script:
            raise
        abort(make_response(told(db.session(), changed.more["draft"]), 409))
    if by_script:
        return jsonify(version=number)
    flash(_("The draft is kept."), "success")
    return redirect(f"{same_case(case)}#{name}", 303)


@blueprint.post("/cases/<reference>/macro", defaults={"name": "reply"})
@requires("ticket:reply")
@once_only
def macro(reference: str, name: str) -> werkzeug.Response:
    """Run a macro on what was typed, or insert its text alone; a step that fails undoes all.

    What it refuses keeps what was typed in the form of this name.
    """
    case, ticket = ticket_named(reference)
    saved(case)
    done = run_macro(db.session(), case, ticket, request.form.get("macro", ""), posted=posted(),
                     actor=current_user.actor, version=version(),
                     only_text=request.form.get("do") == "insert")  # fmt: skip
    if done.decision is not None:
        return redirect(conclude(case, done.decision.action, done.decision), 303)
    return redirect(f"{same_case(case)}#{name}", 303)


def ticket_named(reference: str) -> tuple[Case, Ticket]:
    """Return a ticket that the person may read, with its case; else 404."""
    case = case_named(reference)
    subject = subject_of(db.session(), case)
    return (case, subject) if isinstance(subject, Ticket) else abort(404)


def saved(case: Case) -> int:
    """Keep the posted text as the case's draft; returns its version. Raises DraftChanged."""
    return save_draft(
        db.session(), case.id, request.form.get("body", ""),
        version=request.form.get("draft_version", 0, type=int), staff_id=current_user.staff_id,
    )  # fmt: skip
