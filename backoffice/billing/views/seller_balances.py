"""An account seller by seller: what each has, and the way to its lines."""

from datetime import date

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from backoffice.billing.seller_balances import SellerBalances
from backoffice.billing.views.accounts import account_of
from backoffice.billing.views.refunds import blueprint
from backoffice.core.audit import record
from backoffice.core.clock import now, paris_day
from backoffice.core.text import Text, text
from backoffice.core.work import unit_of_work
from backoffice.extensions import db
from backoffice.staff.guard import requires
from backoffice.web.sheet import sheet_file
from config.settings import get_settings


@blueprint.get("/accounts/<code>/sellers")
@requires("billing:read")
def seller_balances(code: str) -> str:
    """Show one page of the sellers whose part of an account was not even on a day."""
    session, known, (chosen, problem) = db.session(), account_of(code), _chosen(code)
    page = chosen.page(session, request.args.get("at"), get_settings().page_size)
    return render_template(
        "billing/seller_balances.html", account=known, chosen=chosen, page=page, problem=problem,
        total_minor=chosen.total(session), first=chosen.on.replace(day=1),
        page_url=lambda at: url_for(".seller_balances", code=code, on=chosen.on, at=at),
        file_url=lambda form: url_for(
            ".seller_balances_file", code=code, on=chosen.on, form=form
        ),
    )  # fmt: skip


@blueprint.get("/accounts/<code>/sellers.<any(csv, xlsx):form>")
@requires("billing:export")
def seller_balances_file(code: str, form: str) -> ResponseReturnValue:
    """Send the balance of every seller as a file; who took it is in the audit."""
    account_of(code)
    chosen, _problem = _chosen(code)
    with unit_of_work(db.session()) as session:
        record(session, stream="ledger", verb="account.exported", actor=current_user.actor,
               detail={"code": code, "on": chosen.on.isoformat()})  # fmt: skip
    return sheet_file(form, f"{code}-{chosen.on}", chosen.file_rows(db.session()))


def _chosen(code: str) -> tuple[SellerBalances, Text | None]:
    today, given = paris_day(now()), request.args.get("on", "")
    try:
        return SellerBalances(code, date.fromisoformat(given) if given else today), None
    except ValueError:
        return SellerBalances(code, today), text("Write days as 2026-11-30.")
