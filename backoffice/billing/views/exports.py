"""Exports: the FEC of a year, and the description of the file that goes with it."""

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from backoffice.billing.fec import COLUMNS, fec, name_of, unsealed
from backoffice.billing.fec_words import JOURNALS, KINDS
from backoffice.billing.month import first_year
from backoffice.billing.views.refunds import blueprint
from backoffice.core.audit import record
from backoffice.core.clock import now, paris_day
from backoffice.core.refusal import NotPossible
from backoffice.core.work import unit_of_work
from backoffice.extensions import db
from backoffice.staff.guard import requires
from backoffice.web.text import say


@blueprint.get("/exports")
@requires("billing:export")
def exports() -> str:
    """Show what can be taken out, and what of each year is not sealed yet."""
    session, this = db.session(), paris_day(now()).year
    years = {year: unsealed(session, year) for year in range(this, first_year(session) - 1, -1)}
    return render_template("billing/exports.html", years=years, this=this)


@blueprint.get("/exports/fec")
@requires("billing:export")
def fec_file() -> ResponseReturnValue:
    """Send the FEC of a year as a file; who took it is in the audit."""
    year = request.args.get("year", type=int) or 0
    session, actor = db.session(), current_user.actor
    try:
        name, pieces = name_of(year), fec(session, year)
    except NotPossible as refusal:
        flash(say(refusal.said), "warning")
        return redirect(url_for(".exports"), 303)
    with unit_of_work(session):
        record(session, stream="ledger", verb="fec.exported", actor=actor, detail={"year": year})
    response = Response(stream_with_context(pieces), content_type="text/plain; charset=iso-8859-15")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.get("/exports/fec-notice")
@requires("billing:export")
def fec_notice() -> ResponseReturnValue:
    """Send the description of the file, in French, as the law asks for it beside it."""
    words = render_template(
        "billing/fec_notice.txt", columns=COLUMNS, journals=JOURNALS, kinds=KINDS
    )
    response = Response(words, content_type="text/plain; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="description-FEC.txt")
    return response
