"""The months of the books: how far each is, its trial balance, locking and closing it."""

from datetime import date

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from backoffice.billing.month import (
    STATES,
    carried_entries,
    closer_of,
    last_day,
    month_of,
    months,
    trial_balance,
    waiting_events,
)
from backoffice.billing.period import (
    close_period,
    is_over,
    lock_period,
    obstacles,
    unlock_period,
)
from backoffice.billing.views.refunds import blueprint
from backoffice.core.refusal import NotPossible
from backoffice.core.work import unit_of_work
from backoffice.extensions import db
from backoffice.staff.guard import requires
from backoffice.web.text import say

STEPS = {"lock": lock_period, "unlock": unlock_period, "close": close_period}


@blueprint.get("/months")
@requires("billing:read")
def month_list() -> str:
    """Show how far the books of each month are."""
    return render_template("billing/months.html", months=months(db.session()), states=STATES)


@blueprint.get("/months/<name>")
@requires("billing:read")
def month(name: str) -> str:
    """Show a month: its accounts, what stands in the way of closing it, what came late."""
    session, first = db.session(), _first_day(name)
    shown = month_of(session, first)
    return render_template(
        "billing/month.html", month=shown, states=STATES, name=name,
        accounts=trial_balance(session, first), obstacles=obstacles(session, first),
        waiting=waiting_events(session, first), carried=carried_entries(session, first),
        is_over=is_over(first), last_day=last_day(first),
        closer=closer_of(session, shown.closed_by),
    )  # fmt: skip


@blueprint.post("/months/<name>/<any(lock, unlock, close):step>")
@requires("billing:close")
def move_month(name: str, step: str) -> ResponseReturnValue:
    """Lock a month, open a locked one again, or close it for good."""
    first = _first_day(name)
    try:
        with unit_of_work(db.session()) as session:
            STEPS[step](session, first, current_user.actor)
    except NotPossible as refusal:
        flash(say(refusal.said), "warning")
    return redirect(url_for(".month", name=name), 303)


def _first_day(name: str) -> date:
    """Return the first day of a month named as 2026-11."""
    try:
        return date.fromisoformat(f"{name}-01")
    except ValueError:
        abort(404)
