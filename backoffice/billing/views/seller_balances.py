"""An account seller by seller: what each has, and the way to its lines."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.billing.seller_balances import SellerBalances
from backoffice.billing.views.accounts import account_of
from backoffice.billing.views.refunds import blueprint
from backoffice.billing.views.saving import save
from backoffice.core.clock import now, paris_day, read_day
from backoffice.core.text import Text, text
from backoffice.extensions import db
from backoffice.staff.guard import requires
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
    rows, day = chosen.file_rows(db.session()), chosen.on.isoformat()
    return save("account", form, f"{code}-{day}", rows, code=code, on=day)


def _chosen(code: str) -> tuple[SellerBalances, Text | None]:
    today, given = paris_day(now()), request.args.get("on", "")
    try:
        return SellerBalances(code, read_day(given) if given else today), None
    except ValueError:
        return SellerBalances(code, today), text("Write days as 2026-11-30.")
