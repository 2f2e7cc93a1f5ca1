"""The yearly data of sellers for the tax authorities: who is in it, what lacks, the file."""

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from backoffice.billing.dac7 import file_rows, reported
from backoffice.billing.month import first_year
from backoffice.billing.views.refunds import blueprint
from backoffice.billing.views.saving import save
from backoffice.core.clock import now, paris_day
from backoffice.extensions import db
from backoffice.staff.guard import requires

SHOWN_MAX = 500  # sellers; the file has all


@blueprint.get("/exports/dac7/<int:year>")
@requires("billing:export")
def dac7(year: int) -> str:
    """Show the sellers of a year: those of whom data lacks first, those excluded last."""
    _check(year)
    found = sorted(
        reported(db.session(), year),
        key=lambda one: (one.is_excluded, not one.missing, -one.consideration_minor),
    )
    return render_template(
        "billing/dac7.html", year=year, rows=found[:SHOWN_MAX], total=len(found),
        excluded=sum(one.is_excluded for one in found),
        incomplete=sum(bool(one.missing) and not one.is_excluded for one in found),
        is_over=year < paris_day(now()).year,
        file_url=lambda form: url_for(".dac7_file", year=year, form=form),
    )  # fmt: skip


@blueprint.get("/exports/dac7-<int:year>.<any(csv, xlsx):form>")
@requires("billing:export")
def dac7_file(year: int, form: str) -> ResponseReturnValue:
    """Send the sellers that are to be reported as a file; who took it is in the audit."""
    _check(year)
    return save("dac7", form, f"dac7-{year}", file_rows(db.session(), year), year=year)


def _check(year: int) -> None:
    if not first_year(db.session()) <= year <= paris_day(now()).year:
        abort(404)
