"""The pages of figures in sections, each as a file too: transparency, decisions overturned."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.core.clock import now
from backoffice.extensions import db
from backoffice.insight.dashboard import PERIODS
from backoffice.insight.overturned import overturned
from backoffice.insight.sections import Section, file_rows
from backoffice.insight.transparency import Year, report
from backoffice.staff.guard import requires
from backoffice.web.sheet import sheet_file

blueprint = Blueprint("reports", __name__, url_prefix="/insight")


@blueprint.get("/transparency")
@requires("transparency:read")
def transparency() -> ResponseReturnValue:
    """Show the transparency report of a year."""
    year = Year.chosen(request.args.get("year"))
    return render_template(
        "insight/transparency.html", year=year.number, years=Year.offered(),
        figures=report(db.session(), year),
        file_url=lambda form: url_for(".transparency_file", year=year.number, form=form),
    )  # fmt: skip


@blueprint.get("/transparency.<any(csv, xlsx):form>")
@requires("transparency:read")
def transparency_file(form: str) -> ResponseReturnValue:
    """Send the same as a file."""
    year = Year.chosen(request.args.get("year"))
    rows = file_rows(report(db.session(), year))
    return sheet_file(form, f"transparency-{year.number}", rows)


@blueprint.get("/overturned")
@requires("quality:read")
def overturned_page() -> ResponseReturnValue:
    """Show how many contested decisions were overturned in a period, by queue, reason, person."""
    period = _period()
    return render_template(
        "insight/overturned.html", period=period, periods=PERIODS, figures=_overturned(period),
        file_url=lambda form: url_for(".overturned_file", period=period, form=form),
    )  # fmt: skip


@blueprint.get("/overturned.<any(csv, xlsx):form>")
@requires("quality:read")
def overturned_file(form: str) -> ResponseReturnValue:
    """Send the same as a file."""
    period = _period()
    return sheet_file(form, f"overturned-{period}", file_rows(_overturned(period)))


def _period() -> str:
    period = request.args.get("period", "90")
    return period if period in PERIODS else "90"


def _overturned(period: str) -> Sequence[Section]:
    return overturned(db.session(), now() - timedelta(days=int(period)))
