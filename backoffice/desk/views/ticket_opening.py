"""Opening a ticket, from an order, a seller, or nothing."""

from uuid import uuid4

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import CombinedMultiDict

from backoffice.core.refusal import NotPossible
from backoffice.core.typed_text import InvalidFields
from backoffice.desk.blueprint import blueprint
from backoffice.extensions import db
from backoffice.queues.party_form import ACCEPT, files_hint
from backoffice.queues.tickets.desk_form import OURS, OpenForm
from backoffice.queues.tickets.opening import write_first
from backoffice.queues.tickets.receive import receive
from backoffice.staff.guard import requires


@blueprint.get("/tickets/new")
@requires("ticket:open")
def new_ticket() -> str:
    """Show the form, with the seller and the order of the page that led here."""
    named = {name: request.args.get(name, "")[:200] for name in ("seller", "order")}
    return ticket_page(OpenForm(data=named))


@blueprint.post("/tickets/new")
@requires("ticket:open")
def open_ticket() -> ResponseReturnValue:
    """Open the ticket and show its case; errors keep what was typed."""
    form = OpenForm(CombinedMultiDict([request.files, request.form]))
    form.validate()
    if not (reference := opened(form)):
        return ticket_page(form), form.status
    return redirect(url_for(".case", reference=reference), 303)


def opened(form: OpenForm) -> str | None:
    """Return the case of the ticket that the form opens; None with its errors."""
    documents = form.sent()
    if form.errors:
        return None
    number = f"desk-{request.form.get('once') or uuid4().hex}"  # pressed twice: the same ticket
    session, sent = db.session(), {"actor": current_user.actor, "documents": documents}
    try:
        asked = form.asked(session, number)
        if form.direction.data == OURS:
            return write_first(session, asked, **sent).case.reference
        return receive(session, asked, channel="staff", **sent).case.reference
    except InvalidFields as refused:
        for name, said in refused.errors.items():
            form.complain(name, said)
    except NotPossible as refused:
        form.complain("body", refused.said)
    return None


def ticket_page(form: OpenForm) -> str:
    """Render the form as it is."""
    return render_template("desk/ticket.html", form=form, accept=ACCEPT, files_hint=files_hint())
