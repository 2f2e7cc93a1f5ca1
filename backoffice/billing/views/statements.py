"""A seller's month: every figure with the lines it is made of, on a page and as a file."""

from collections.abc import Iterator
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from backoffice.billing.entry_words import kind_words
from backoffice.billing.invoice import KINDS, InvoiceKind
from backoffice.billing.seller_statement import SellerStatement
from backoffice.billing.views.refunds import blueprint
from backoffice.billing.views.saving import save
from backoffice.core.clock import add_months, now, paris_day, read_month
from backoffice.core.money import Money
from backoffice.core.text import N_
from backoffice.extensions import db
from backoffice.marketplace.seller import by_external_id
from backoffice.staff.guard import requires
from backoffice.web.sheet import AsIs

SHOWN_MAX = 500  # lines of a figure; the file has all
HEADINGS = (
    N_("Part"), N_("Figure"), N_("Day"), N_("Number"), N_("Kind"), N_("Order"),
    N_("Stripe’s number"), N_("Amount"),
)  # fmt: skip


@blueprint.get("/sellers/<external_id>/statement")
@requires("billing:read")
def seller_statement(external_id: str) -> str:
    """Show a seller's month, and the lines of the figure that the address names."""
    session, chosen = db.session(), _chosen(external_id)
    parts, this = chosen.parts(session), paris_day(now()).replace(day=1)
    figures = {one.name: one for part in parts for one in part.figures}
    return render_template(
        "billing/seller_statement.html", chosen=chosen, parts=parts,
        figure=figures.get(request.args.get("of", "")), shown_max=SHOWN_MAX,
        plans=chosen.plans(session), invoices=chosen.invoices(session), kinds=KINDS,
        kind_words=kind_words, months=[add_months(this, -number) for number in range(24)],
        figure_url=lambda name: _url(".seller_statement", chosen, of=name, _anchor="lines"),
        file_url=lambda form: _url(".seller_statement_file", chosen, form=form),
    )  # fmt: skip


@blueprint.get("/sellers/<external_id>/statement.<any(csv, xlsx):form>")
@requires("billing:export")
def seller_statement_file(external_id: str, form: str) -> ResponseReturnValue:
    """Send a seller's month with every line as a file; who took it is in the audit."""
    chosen = _chosen(external_id)
    month = f"{chosen.month:%Y-%m}"
    return save(
        "seller_statement", form, f"{external_id}-{month}", _file_rows(chosen),
        seller=external_id, month=month,
    )  # fmt: skip


def _chosen(external_id: str) -> SellerStatement:
    named = request.args.get("month", "") or f"{paris_day(now()):%Y-%m}"
    try:
        month = read_month(named)
    except ValueError:
        abort(404)
    return SellerStatement(by_external_id(db.session(), external_id) or abort(404), month)


def _url(endpoint: str, chosen: SellerStatement, **more: Any) -> str:
    return url_for(
        endpoint, external_id=chosen.seller.external_id, month=f"{chosen.month:%Y-%m}", **more
    )


def _file_rows(chosen: SellerStatement) -> Iterator[tuple[Any, ...]]:
    yield HEADINGS
    session = db.session()
    for part in chosen.parts(session):
        yield part.label, _("Opening balance"), *[None] * 5, Money(part.opening_minor)
        for figure in part.figures:
            for one in figure.moves:
                yield (
                    part.label, figure.label, one.on, one.number or _("not yet"),
                    kind_words(one.kind), AsIs(one.order), AsIs(one.source_id),
                    Money(one.amount_minor),
                )  # fmt: skip
        yield part.label, _("Closing balance"), *[None] * 5, Money(part.closing_minor)
    for invoice in chosen.invoices(session):
        sign = 1 if invoice.kind == InvoiceKind.INVOICE else -1
        yield (
            _("Invoices"), KINDS[InvoiceKind(invoice.kind)], invoice.issued_on, invoice.number,
            None, None, None, Money(sign * invoice.gross_minor, invoice.currency),
        )  # fmt: skip
