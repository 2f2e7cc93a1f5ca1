"""Finance's overview, and the refunds: how far each one got, and why some failed."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from backoffice.billing.earning_charts import earned, refunded
from backoffice.billing.earnings import earnings, plans_sold, unpaid_by_plan
from backoffice.billing.open_chargebacks import REASONS, STATUSES, open_chargebacks
from backoffice.billing.refund import KINDS
from backoffice.billing.refund_failure import why
from backoffice.billing.refund_list import (
    STANDINGS,
    VIEWS,
    RefundList,
    file_rows,
    standing_of,
)
from backoffice.billing.remainder import remainders
from backoffice.core.audit import record
from backoffice.core.clock import now
from backoffice.core.queue import QUEUES
from backoffice.extensions import db
from backoffice.staff.guard import requires
from backoffice.web.sheet import sheet_file
from config.settings import get_settings

blueprint = Blueprint("billing", __name__, url_prefix="/billing")


@blueprint.get("")
@requires("billing:read")
def overview() -> str:
    """Show what we earn, and what is to be watched: unpaid plans, refunds, chargebacks, Stripe."""
    session, chosen, months = db.session(), _chosen(), earnings(db.session())
    return render_template(
        "billing/overview.html", earned=earned(months), refunded=refunded(months),
        unpaid=unpaid_by_plan(session), sold=plans_sold(session, months[-1].month),
        remainders=remainders(session), sums=chosen.sums(session), states=STANDINGS,
        statuses=STATUSES, reasons=REASONS, chargebacks=open_chargebacks(session),
        may_open=may_open,
    )  # fmt: skip


@blueprint.get("/refunds")
@requires("billing:read")
def refunds() -> str:
    """Show one page of the refunds of a view, those that failed first."""
    session, chosen = db.session(), _chosen()
    size, cursor = get_settings().page_size, request.args.get("at")
    return render_template(
        "billing/refunds.html", chosen=chosen, tabs=_tabs(chosen), states=STANDINGS,
        page=chosen.order.page(session, chosen.rows(), cursor, size), kinds=KINDS,
        page_url=lambda at: _url(".refunds", chosen, at=at),
        file_url=lambda form: _url(".refunds_file", chosen, form=form),
        standing_of=standing_of, why=why, may_open=may_open,
    )  # fmt: skip


@blueprint.get("/refunds.<any(csv, xlsx):form>")
@requires("billing:read")
def refunds_file(form: str) -> ResponseReturnValue:
    """Send the refunds of a view as a file."""
    session, chosen, actor = db.session(), _chosen(), current_user.actor
    record(session, stream=f"staff:{actor.id}", verb="refund.exported", actor=actor,
           detail={"view": chosen.view, "sought": chosen.sought})  # fmt: skip
    return sheet_file(form, _("Refunds"), file_rows(session, chosen))


def _chosen() -> RefundList:
    return RefundList.read(request.args.get("state", ""), request.args.get("q", ""), now())


def _url(endpoint: str, chosen: RefundList, **more: Any) -> str:
    return url_for(endpoint, state=chosen.view, q=chosen.sought or None, **more)


def _tabs(chosen: RefundList) -> list[dict[str, Any]]:
    counts = chosen.counts(db.session())
    return [
        {
            "label": label,
            "url": url_for(".refunds", state=name),
            "is_current": name == chosen.view,
            "count": counts.get(name),
        }
        for name, label in VIEWS.items()
    ]


def may_open(slug: str | None) -> bool:
    """Tell whether the person may open a case of this queue."""
    return slug in QUEUES and current_user.actor.may(QUEUES[slug].permission("read"))
