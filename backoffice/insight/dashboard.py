"""The first page: what waits for me, how each queue stands, and how that changes."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from backoffice.core.clock import PARIS, now
from backoffice.core.queue import QUEUES
from backoffice.core.text import N_
from backoffice.extensions import db
from backoffice.insight import charts
from backoffice.insight.people import team_today, todo
from backoffice.insight.queues import figures
from backoffice.insight.trends import ages, decisions_a_day, time_to_decide
from backoffice.staff.guard import requires

blueprint = Blueprint("insight", __name__)
PERIODS = {"30": N_("30 days"), "90": N_("90 days"), "365": N_("12 months")}


@blueprint.get("/")
@requires("insight:read")
def dashboard() -> ResponseReturnValue:
    """Show the dashboard over the queues that the person may read."""
    period = request.args.get("period", "30")
    period = period if period in PERIODS else "30"
    slugs = [s for s, q in QUEUES.items() if current_user.actor.may(q.permission("read"))]
    return render_template(
        "insight/dashboard.html", period=period, periods=PERIODS, **_shown(slugs, int(period))
    )


def _shown(slugs: Sequence[str], days: int) -> dict[str, Any]:
    session, since = db.session(), now() - timedelta(days=days)
    rows = figures(session, slugs, since)
    return {
        "today": now().astimezone(PARIS).date(),
        "queues": QUEUES,
        "rows": rows,
        "open": sum(row.open for row in rows),
        "late": sum(row.late for row in rows),
        "todo": todo(session, current_user.actor, slugs),
        "team": team_today(session),
        "ages": charts.ages(slugs, ages(session, slugs)),
        "decided": charts.decided(decisions_a_day(session, slugs, since)),
        "times": charts.times(time_to_decide(session, slugs, since)),
        "overturned": charts.overturned(rows),
    }
