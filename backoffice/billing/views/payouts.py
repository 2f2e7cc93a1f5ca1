"""The payouts to our bank: how far each is, of what it is made, the bank's own line."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from backoffice.billing.payout import RETURNED, STATUSES, confirm_bank_line
from backoffice.billing.payout_list import (
    OF_PAYOUT,
    ORDER,
    VIEWS,
    PayoutList,
    file_rows,
    is_late,
    made_of,
    transactions_of,
)
from backoffice.billing.recon_forms import BankForm
from backoffice.billing.recon_list import TYPES
from backoffice.billing.recon_model import Payout
from backoffice.billing.remainder import STANDINGS, standing_of
from backoffice.billing.views.refunds import blueprint
from backoffice.billing.views.saving import save
from backoffice.core.refusal import NotPossible
from backoffice.core.work import unit_of_work
from backoffice.extensions import db
from backoffice.staff.guard import requires
from backoffice.web.text import say
from config.settings import get_settings


@blueprint.get("/payouts")
@requires("billing:read")
def payouts() -> str:
    """Show one page of the payouts of a view, the latest first."""
    session, chosen = db.session(), PayoutList.read(request.args.get("state", ""))
    size = get_settings().page_size
    tabs = [
        {"label": label, "url": url_for(".payouts", state=name), "count": None,
         "is_current": name == chosen.view}
        for name, label in VIEWS.items()
    ]  # fmt: skip
    return render_template(
        "billing/payouts.html", statuses=STATUSES, tabs=tabs, is_late=is_late,
        page=ORDER.page(session, chosen.rows(), request.args.get("at"), size),
        page_url=lambda at: url_for(".payouts", state=chosen.view, at=at),
        file_url=lambda form: url_for(".payouts_file", form=form, state=chosen.view),
    )  # fmt: skip


@blueprint.get("/payouts.<any(csv, xlsx):form>")
@requires("billing:export")
def payouts_file(form: str) -> ResponseReturnValue:
    """Send the payouts of a view as a file; who took it is in the audit."""
    chosen = PayoutList.read(request.args.get("state", ""))
    rows = file_rows(db.session(), chosen)
    return save("payout", form, _("Payouts"), rows, state=chosen.view)


@blueprint.get("/payouts/<payout_id>")
@requires("billing:read")
def payout(payout_id: str) -> str:
    """Show a payout, what it is made of, and the bank's line."""
    return _page(_payout(payout_id), BankForm(formdata=None))


@blueprint.post("/payouts/<payout_id>/bank")
@requires("billing:reconcile")
def confirm_payout(payout_id: str) -> ResponseReturnValue:
    """Confirm that our bank booked a payout."""
    shown, form = _payout(payout_id), BankForm()
    if not form.validate():
        return _page(shown, form), 422
    on, reference = form.on.data, form.reference.data
    try:
        with unit_of_work(db.session()) as session:
            confirm_bank_line(session, shown, on=on, reference=reference, actor=current_user.actor)
    except NotPossible as refusal:
        form.refuse(say(refusal.said))
        return _page(_payout(payout_id), form), 409
    flash(_("Confirmed."), "success")
    return redirect(url_for(".payout", payout_id=payout_id), 303)


def _page(shown: Payout, form: BankForm) -> str:
    session, size = db.session(), get_settings().page_size
    return render_template(
        "billing/payout.html", payout=shown, form=form, statuses=STATUSES, types=TYPES,
        made=made_of(session, shown), standings=STANDINGS, standing_of=standing_of,
        has_returned=shown.status in RETURNED, is_late=is_late(shown),
        page=OF_PAYOUT.page(session, transactions_of(shown), request.args.get("at"), size),
        page_url=lambda at: url_for(".payout", payout_id=shown.id, at=at),
    )  # fmt: skip


def _payout(payout_id: str) -> Payout:
    return db.session.get(Payout, payout_id) or abort(404)
