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
)
from backoffice.billing.month_checks import Check, close_checks
from backoffice.billing.period import (
    close_period,
    is_over,
    lock_period,
    unlock_period,
)
from backoffice.billing.views.refunds import blueprint
from backoffice.core.clock import read_month
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
    """Show a month: its accounts, what holds of it before it is closed, what came late."""
    session, first = db.session(), _first_day(name)
    shown, checks = month_of(session, first), close_checks(session, first)
    return render_template(
        "billing/month.html", month=shown, states=STATES, name=name,
        accounts=trial_balance(session, first), checks=checks,
        may_close=all(one.holds for one in checks if one.is_needed), url_of=_url_of,
        carried=carried_entries(session, first),
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


def _url_of(check: Check) -> str | None:
    """Return the page on which a check is brought to hold; none where it comes by itself."""
    match check.name:
        case "events":
            return url_for("admin_stripe_events.index_view", search="pending")
        case "read":
            return url_for(".reconciliation")
        case "matched":
            return url_for(".reconciliation", state="to_explain")
        case "confirmed":
            return url_for(".reconciliation", state="waiting")
        case "earlier" if check.month is not None:
            return url_for(".month", name=f"{check.month:%Y-%m}")
    return None


def _first_day(name: str) -> date:
    """Return the first day of a month named as 2026-11."""
    try:
        return read_month(name)
    except ValueError:
        abort(404)
