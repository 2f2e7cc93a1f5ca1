"""A case's statements of reasons as documents: the PDF to save, the page to look at."""

from io import BytesIO

from flask import Response, abort, send_file
from flask.typing import ResponseReturnValue

from backoffice.desk.access import case_named
from backoffice.desk.blueprint import blueprint
from backoffice.desk.statements import Told, told_of
from backoffice.extensions import db
from backoffice.notify.statement import PDF, html_of, pdf_of
from backoffice.staff.guard import signed_in
from backoffice.web.headers import stand_alone


@blueprint.get("/cases/<reference>/statements/<int:number>.pdf")
@signed_in
def statement_pdf(reference: str, number: int) -> Response:
    """Send a statement's PDF: the bytes that left; before that, those that will."""
    told = told_named(reference, number)
    return send_file(
        BytesIO(pdf_of(told.statement)),
        mimetype=PDF,
        as_attachment=True,
        download_name=f"{told.name}.pdf",
    )


@blueprint.get("/cases/<reference>/statements/<int:number>.html")
@signed_in
def statement_page(reference: str, number: int) -> ResponseReturnValue:
    """Show a statement as a page of its own."""
    return stand_alone(Response(html_of(told_named(reference, number).statement)))


def told_named(reference: str, number: int) -> Told:
    """Return a statement of a case that the person may read; else 404."""
    told = told_of(db.session(), case_named(reference))
    return next((one for one in told if one.statement.id == number), None) or abort(404)
