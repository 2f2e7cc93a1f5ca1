"""Opening a dispute from an order; the evidence of a case as one file."""

from typing import Any
from uuid import uuid4

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import CombinedMultiDict

from backoffice.billing.refunding import left_minor
from backoffice.core.audit import record
from backoffice.core.queue import queue_of, subject_of
from backoffice.core.refusal import NotPossible
from backoffice.core.typed_text import InvalidFields
from backoffice.desk.access import case_named
from backoffice.desk.blueprint import blueprint
from backoffice.desk.bundle import bundle
from backoffice.desk.views.pictures import thumbnail
from backoffice.extensions import db
from backoffice.marketplace.order import Order, order_by_external_id
from backoffice.queues.disputes.desk_form import OpenForm
from backoffice.queues.disputes.evidence import picture_sold
from backoffice.queues.disputes.model import Dispute
from backoffice.queues.disputes.receive import receive
from backoffice.queues.party_form import ACCEPT, files_hint
from backoffice.staff.guard import requires


@blueprint.get("/orders/<external_id>/dispute")
@requires("dispute:open")
def new_dispute(external_id: str) -> str:
    """Show the form that opens a dispute about an order."""
    order = order_named(external_id)
    return dispute_page(order, dispute_form(order))


@blueprint.post("/orders/<external_id>/dispute")
@requires("dispute:open")
def open_dispute(external_id: str) -> ResponseReturnValue:
    """Open the dispute and show its case; errors keep what was typed."""
    order = order_named(external_id)
    form = dispute_form(order, CombinedMultiDict([request.files, request.form]))
    form.validate()
    if not (reference := opened(order, form)):
        return dispute_page(order, form), form.status
    return redirect(url_for(".case", reference=reference), 303)


def opened(order: Order, form: OpenForm) -> str | None:
    """Return the case of the dispute that the form opens; None with its errors."""
    documents = form.brought()
    if form.errors:
        return None
    number = f"desk-{request.form.get('once') or uuid4().hex}"  # pressed twice: the same dispute
    try:
        said = form.said(order, number)
        return receive(db.session(), said, actor=current_user.actor, channel="staff",
                       files=documents).case.reference  # fmt: skip
    except InvalidFields as refused:
        form.blame(refused.errors)
    except NotPossible as refused:
        form.complain("claim", refused.said)
    return None


def order_named(external_id: str) -> Order:
    """Return an order by the marketplace's number; else 404."""
    found = order_by_external_id(db.session(), external_id) if external_id.isprintable() else None
    return found or abort(404)


def dispute_form(order: Order, posted: Any = None) -> OpenForm:
    """Return the form of a dispute about an order."""
    form = OpenForm(posted)
    form.offer(order, left_minor(db.session(), order))
    return form


def dispute_page(order: Order, form: OpenForm) -> str:
    """Render the form as it is."""
    return render_template(
        "desk/dispute.html", order=order, form=form, failed=bool(form.errors), accept=ACCEPT,
        files_hint=files_hint(),
    )  # fmt: skip


@blueprint.get("/cases/<reference>/pictures/<int:number>")
@requires("dispute:read")
def sold_picture(reference: str, number: int) -> Response:
    """Send a picture of what was sold, to whoever may read its dispute and no other listing."""
    case, session = case_named(reference), db.session()
    subject = subject_of(session, case)
    is_hers = isinstance(subject, Dispute) and number < 2**63
    return thumbnail(picture_sold(session, subject, number) if is_hers else None)


@blueprint.get("/cases/<reference>/evidence.zip")
@requires("dispute:read")
def evidence_file(reference: str) -> Response:
    """Send the evidence of all sides with a list of its digests, to be saved; who did is kept."""
    case, session = case_named(reference), db.session()
    queue = queue_of(case)
    sides = queue.sides(session, case, subject_of(session, case)) or abort(404)
    count = sum(len(one.pieces) for one in sides)
    record(session, stream=case.stream, verb=f"{queue.noun}.evidence_downloaded",
           actor=current_user.actor, detail={"pieces": count})  # fmt: skip
    response = Response(bundle(case, sides), mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=f"{case.reference}.zip")
    return response
