"""Opening a dispute, an erasure, an appeal or a notice from a ticket."""

from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug import Response
from werkzeug.datastructures import CombinedMultiDict

from backoffice.core.case import Case
from backoffice.core.guard import lock_case
from backoffice.core.queue import Queue, subject_of
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.core.typed_text import InvalidFields
from backoffice.desk.access import case_named, queue_named
from backoffice.desk.blueprint import blueprint
from backoffice.desk.from_ticket import Source, carry, source_of
from backoffice.desk.once import once_only
from backoffice.desk.opening import FORMS
from backoffice.extensions import db
from backoffice.queues.party_form import ACCEPT, files_hint
from backoffice.staff.guard import requires
from backoffice.web.text import say


@blueprint.get("/cases/<reference>/open/<slug>")
@requires("ticket:open")
def new_from_ticket(reference: str, slug: str) -> str:
    """Show the form that opens a case of another queue, filled with what the ticket says."""
    source, queue = asked_for(reference, slug)
    asked = request.args.get("order", "").strip()
    return opening_page(source, queue, FORMS[slug](db.session(), source, asked, None))


@blueprint.post("/cases/<reference>/open/<slug>")
@requires("ticket:open")
@once_only
def open_from_ticket(reference: str, slug: str) -> Response:
    """Open the case, with the conversation; errors keep what was typed."""
    source, queue = asked_for(reference, slug)
    lock_case(db.session(), reference)
    posted: CombinedMultiDict[str, Any] = CombinedMultiDict([request.files, request.form])
    form = FORMS[slug](db.session(), source, request.form.get("order", "").strip(), posted)
    if (new := opened(source, form)) is None:  # nothing of the attempt is to last
        abort(make_response(opening_page(source, queue, form), form.status))
    flash(say(text("%(case)s is opened; the ticket waits for your answer.", case=new.reference)))
    may_read = current_user.actor.may(queue.permission("read"))
    return redirect(url_for(".case", reference=new.reference if may_read else reference), 303)


def asked_for(reference: str, slug: str) -> tuple[Source, Queue]:
    """Return the ticket and the queue of the case to open; else 404."""
    case = case_named(reference)
    if case.queue != "tickets" or slug not in FORMS:
        abort(404)
    source = source_of(db.session(), case, subject_of(db.session(), case))
    return source, queue_named(slug, "open")


def opened(source: Source, form: Any) -> Case | None:
    """Return the case that the form opens; None with its errors."""
    if form.method == "get" or not form.validate():
        return None
    session, actor = db.session(), current_user.actor
    try:
        new = form.open(session, source, actor)
    except InvalidFields as refused:
        form.blame(refused.errors)
        return None
    except NotPossible as refused:
        form.form_errors = [*form.form_errors, refused.said]
        return None
    if new is None:
        return None
    carry(session, source, new, actor)
    return new.case


def opening_page(source: Source, queue: Queue, form: Any) -> str:
    """Render the form as it is, beside the conversation."""
    return render_template(
        "desk/from_ticket.html", source=source, queue=queue, form=form, failed=bool(form.errors),
        accept=ACCEPT, files_hint=files_hint(),
    )  # fmt: skip
