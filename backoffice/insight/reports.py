"""The pages of figures in sections, each as a file too: transparency, decisions overturned."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from backoffice.core.clock import now
from backoffice.extensions import db
from backoffice.insight.dashboard import PERIODS
from backoffice.insight.overturned import overturned
from backoffice.insight.sections import Section, csv_lines
from backoffice.insight.transparency import Year, report
from backoffice.staff.guard import requires
from backoffice.web.sheet import CSV

blueprint = Blueprint("reports", __name__, url_prefix="/insight")


@blueprint.get("/transparency")
@requires("transparency:read")
def transparency() -> ResponseReturnValue:
    """Show the transparency report of a year."""
    year = Year.chosen(request.args.get("year"))
    return render_template(
        "insight/transparency.html", year=year.number, years=Year.offered(),
        figures=report(db.session(), year),
    )  # fmt: skip


@blueprint.get("/transparency.csv")
@requires("transparency:read")
def transparency_file() -> ResponseReturnValue:
    """Send the same as a file."""
    year = Year.chosen(request.args.get("year"))
    return _file(report(db.session(), year), f"transparency-{year.number}.csv")


@blueprint.get("/overturned")
@requires("quality:read")
def overturned_page() -> ResponseReturnValue:
    """Show how many contested decisions were overturned in a period, by queue, reason, person."""
    period = _period()
    return render_template(
        "insight/overturned.html", period=period, periods=PERIODS, figures=_overturned(period)
    )


@blueprint.get("/overturned.csv")
@requires("quality:read")
def overturned_file() -> ResponseReturnValue:
    """Send the same as a file."""
    period = _period()
    return _file(_overturned(period), f"overturned-{period}.csv")


def _period() -> str:
    period = request.args.get("period", "90")
    return period if period in PERIODS else "90"


def _overturned(period: str) -> Sequence[Section]:
    return overturned(db.session(), now() - timedelta(days=int(period)))


def _file(sections: Sequence[Section], name: str) -> Response:
    response = Response("".join(csv_lines(sections)), content_type=CSV)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
