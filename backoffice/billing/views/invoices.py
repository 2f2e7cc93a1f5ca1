"""The invoices: looked for, looked at, saved as files, credited."""

from flask import Response, abort, render_template, request, send_file, url_for
from flask import redirect as go_to
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from backoffice.billing.invoice import KINDS, Invoice
from backoffice.billing.invoice_files import PDF, XML, open_file
from backoffice.billing.invoice_list import (
    ORDER,
    VIEWS,
    InvoiceList,
    credit_notes_of,
    file_rows,
    invoice_numbered,
)
from backoffice.billing.invoice_words import rates
from backoffice.billing.invoicing import credit, left_of
from backoffice.billing.views.credit_form import CreditForm
from backoffice.billing.views.refunds import blueprint
from backoffice.billing.views.saving import save
from backoffice.core.refusal import NotPossible
from backoffice.core.work import unit_of_work
from backoffice.extensions import db
from backoffice.staff.guard import requires
from backoffice.web.text import say
from config.settings import get_settings

FILTERS = ("kind", "month", "seller", "number")
TYPES = {"pdf": PDF, "xml": XML}


@blueprint.get("/invoices")
@requires("billing:read")
def invoices() -> str:
    """Show one page of the invoices that the address asks for, and what they come to."""
    session = db.session()
    chosen = InvoiceList.read(*(request.args.get(name, "") for name in FILTERS))
    page = ORDER.page(session, chosen.rows(), request.args.get("at"), get_settings().page_size)
    return render_template(
        "billing/invoices.html", chosen=chosen, page=page, kinds=KINDS, tabs=_tabs(chosen),
        total=chosen.count(session), totals=chosen.totals(session) if chosen.is_filtered else [],
        page_url=lambda at: url_for(".invoices", **chosen.address(), at=at),
        file_url=lambda form: url_for(".invoices_file", form=form, **chosen.address()),
    )  # fmt: skip


@blueprint.get("/invoices.<any(csv, xlsx):form>")
@requires("billing:export")
def invoices_file(form: str) -> Response:
    """Send the invoices that the address asks for as a file; who took it is in the audit."""
    chosen = InvoiceList.read(*(request.args.get(name, "") for name in FILTERS))
    rows = file_rows(db.session(), chosen)
    return save("invoice", form, _("Invoices"), rows, **chosen.address())


@blueprint.get("/invoices/<number>")
@requires("billing:read")
def invoice(number: str) -> str:
    """Show an invoice: lines, parties, files, how far its e-mail got, what was credited."""
    return _page(_named(number), CreditForm(formdata=None))


@blueprint.get("/invoices/<number>/file.<any(pdf, xml):ending>")
@requires("billing:read")
def invoice_file(number: str, ending: str) -> Response:
    """Send a file of an invoice as it was first made."""
    found = open_file(_named(number), ending) or abort(404)
    return send_file(
        found, mimetype=TYPES[ending], as_attachment=True, download_name=f"{number}.{ending}"
    )


@blueprint.post("/invoices/<number>/credit")
@requires("billing:adjust")
def credit_invoice(number: str) -> ResponseReturnValue:
    """Credit a part or all of an invoice; the same form sent twice credits once."""
    form, found = CreditForm(), _named(number)
    if not form.validate():
        return _page(found, form), 422
    try:
        with unit_of_work(db.session()) as session:
            note = credit(session, found, source=form.source, reason=form.reason.data,
                          amount_minor=form.amount_minor, by=current_user.actor)  # fmt: skip
    except NotPossible as refusal:
        form.amount.errors = [say(refusal.said)]
        return _page(_named(number), form), 422
    return go_to(url_for(".invoice", number=note.number), 303)


def _named(number: str) -> Invoice:
    return invoice_numbered(db.session(), number) or abort(404)


def _page(shown: Invoice, form: CreditForm) -> str:
    session = db.session()
    return render_template(
        "billing/invoice.html", invoice=shown, kinds=KINDS, rates=rates(shown.lines), form=form,
        credit_notes=credit_notes_of(session, shown),
        left_minor=sum(one.left_minor for one in left_of(session, shown)),
    )  # fmt: skip


def _tabs(chosen: InvoiceList) -> list[dict[str, object]]:
    return [
        {
            "label": label,
            "url": url_for(".invoices", **chosen.address(kind=name)),
            "is_current": name == chosen.view,
            "count": None,
        }
        for name, label in VIEWS.items()
    ]
