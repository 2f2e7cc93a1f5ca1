"""Commissions: due by the tariff and collected by Stripe, by seller and plan, month by month."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.billing.commission_report import CommissionReport
from backoffice.billing.plan import plans_in_force
from backoffice.billing.views.refunds import blueprint
from backoffice.billing.views.saving import save
from backoffice.core.clock import add_months, now, paris_day, read_month
from backoffice.extensions import db
from backoffice.staff.guard import requires


@blueprint.get("/commissions")
@requires("billing:read")
def commissions() -> str:
    """Show the commissions of a month, and the orders of which Stripe collected another amount."""
    session, chosen = db.session(), _chosen()
    this = paris_day(now()).replace(day=1)
    return render_template(
        "billing/commissions.html", chosen=chosen, rows=chosen.sellers(session),
        odd=chosen.odd(session), plans=plans_in_force(session, now()),
        months=[add_months(this, -number) for number in range(24)],
        file_url=lambda form: url_for(".commissions_file", form=form, **_given(chosen)),
    )  # fmt: skip


@blueprint.get("/commissions.<any(csv, xlsx):form>")
@requires("billing:export")
def commissions_file(form: str) -> ResponseReturnValue:
    """Send the commissions of a month as a file; who took it is in the audit."""
    chosen = _chosen()
    name, rows = f"commissions-{chosen.month:%Y-%m}", chosen.file_rows(db.session())
    return save("commission", form, name, rows, **_given(chosen))


def _chosen() -> CommissionReport:
    given = request.args
    named = given.get("month", "") or f"{paris_day(now()):%Y-%m}"
    try:
        month = read_month(named)
    except ValueError:
        abort(404)
    plan, seller = (given.get(name, "").replace("\0", "").strip() for name in ("plan", "seller"))
    return CommissionReport(month, plan[:100], seller[:100])


def _given(chosen: CommissionReport) -> dict[str, Any]:
    return {
        "month": f"{chosen.month:%Y-%m}",
        "plan": chosen.plan or None,
        "seller": chosen.seller or None,
    }
