"""Reconciliation: the remainder, what does not match, and what people do about it."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing import recon_by_hand
from backoffice.billing.ledger_model import LedgerAccount
from backoffice.billing.recon_forms import AdjustForm, ExplainForm, JoinForm, SendBackForm
from backoffice.billing.recon_list import ORDER, TYPES, VIEWS, ReconList, candidates, file_rows
from backoffice.billing.recon_model import OPEN, ReconAdjustment, ReconMatch
from backoffice.billing.remainder import STANDINGS, remainders, standing_of
from backoffice.billing.views.refunds import blueprint
from backoffice.billing.views.saving import save
from backoffice.core.refusal import NotPossible
from backoffice.core.work import unit_of_work
from backoffice.extensions import db
from backoffice.staff.guard import requires
from backoffice.web.locale import language
from backoffice.web.text import say
from config.settings import get_settings

ROW = f"/reconciliation/<int(max={2**63 - 1}):row_id>"
ADJUSTMENT = f"/adjustments/<int(max={2**63 - 1}):adjustment_id>"


@blueprint.get("/reconciliation")
@requires("billing:read")
def reconciliation() -> str:
    """Show the remainder of each currency, and one page of the rows of a view."""
    session, chosen = db.session(), _chosen()
    at, size = request.args.get("at"), get_settings().page_size
    page = ORDER.page(session, chosen.rows(), at, size)
    return render_template(
        "billing/reconciliation.html", remainders=remainders(session), chosen=chosen, page=page,
        tabs=_tabs(session, chosen), types=TYPES, standings=STANDINGS, standing_of=standing_of,
        page_url=lambda at: _url(chosen, at=at),
        file_url=lambda form: _url(chosen, ".reconciliation_file", form=form),
    )  # fmt: skip


@blueprint.get("/reconciliation.<any(csv, xlsx):form>")
@requires("billing:export")
def reconciliation_file(form: str) -> ResponseReturnValue:
    """Send the rows of a view as a file; who took it is in the audit."""
    chosen = _chosen()
    rows = file_rows(db.session(), chosen)
    detail = {"state": chosen.view, "type": chosen.type, "q": chosen.sought}
    return save("reconciliation", form, _("Reconciliation"), rows, **detail)


@blueprint.get(ROW)
@requires("billing:read")
def recon_row(row_id: int) -> str:
    """Show a move and its entry side by side, and what may be done where they do not match."""
    return _page(row_id)


@blueprint.post(f"{ROW}/explain")
@requires("billing:reconcile")
def explain_row(row_id: int) -> ResponseReturnValue:
    """Write down why a difference is right as it is."""
    form, row, actor = ExplainForm(), _row(row_id), current_user.actor

    def work(session: Session) -> None:
        recon_by_hand.explain(session, row, form.reason.data, actor)

    return _done(row_id, "explain", form, work)


@blueprint.post(f"{ROW}/join")
@requires("billing:reconcile")
def join_rows(row_id: int) -> ResponseReturnValue:
    """Say that a move and an entry belong together."""
    row, actor = _row(row_id), current_user.actor
    form = _join_form(row)

    def work(session: Session) -> ReconMatch:
        other = session.get_one(ReconMatch, form.other.data)
        return recon_by_hand.join(session, row, other, form.reason.data, actor)

    return _done(row_id, "join", form, work)


@blueprint.post(f"{ROW}/open")
@requires("billing:reconcile")
def open_row(row_id: int) -> ResponseReturnValue:
    """Take an explanation back."""
    row, actor = _row(row_id), current_user.actor
    return _done(row_id, "", None, lambda session: recon_by_hand.open_again(session, row, actor))


@blueprint.post(f"{ROW}/adjust")
@requires("billing:adjust")
def adjust_row(row_id: int) -> ResponseReturnValue:
    """Ask for the entry that brings the books to what Stripe says."""
    form, row, actor = _adjust_form(), _row(row_id), current_user.actor

    def work(session: Session) -> None:
        recon_by_hand.ask_adjustment(session, row, form.account.data, form.reason.data, actor)

    return _done(row_id, "adjust", form, work)


@blueprint.post(f"{ADJUSTMENT}/confirm")
@requires("billing:confirm")
def confirm_adjustment(adjustment_id: int) -> ResponseReturnValue:
    """Post what somebody else asked for."""
    asked, actor = _adjustment(adjustment_id), current_user.actor

    def work(session: Session) -> None:
        recon_by_hand.confirm_adjustment(session, asked, actor)

    return _done(asked.match_id, "", None, work)


@blueprint.post(f"{ADJUSTMENT}/send-back")
@requires("billing:confirm")
def send_adjustment_back(adjustment_id: int) -> ResponseReturnValue:
    """Refuse what somebody else asked for."""
    form, asked, actor = SendBackForm(), _adjustment(adjustment_id), current_user.actor

    def work(session: Session) -> None:
        recon_by_hand.send_back(session, asked, form.answer.data, actor)

    return _done(asked.match_id, "send_back", form, work)


@blueprint.post(f"{ADJUSTMENT}/cancel")
@requires("billing:adjust")
def cancel_adjustment(adjustment_id: int) -> ResponseReturnValue:
    """Take back what one asked for oneself."""
    asked, actor = _adjustment(adjustment_id), current_user.actor

    def work(session: Session) -> None:
        recon_by_hand.cancel_adjustment(session, asked, actor)

    return _done(asked.match_id, "", None, work)


def _done(
    row_id: int, name: str, form: FlaskForm | None, work: Callable[[Session], ReconMatch | None]
) -> ResponseReturnValue:
    """Do what a form asks; where it cannot be, show the row again with what was typed."""
    forms = {name: form} if form else {}
    if form and not form.validate():
        return _page(row_id, **forms), 422
    try:
        with unit_of_work(db.session()) as session:
            shown = work(session)
    except NotPossible as refusal:
        flash(say(refusal.said), "warning")
        return _page(row_id, **forms), 409
    return redirect(url_for(".recon_row", row_id=shown.id if shown else row_id), 303)


def _page(row_id: int, **forms: Any) -> str:
    """Show a row with the forms given, and fresh ones in the other places."""
    session, row = db.session(), _row(row_id)
    fresh = {
        "explain": ExplainForm(formdata=None),
        "join": _join_form(row, formdata=None),
        "adjust": _adjust_form(formdata=None),
        "send_back": SendBackForm(formdata=None),
    }
    return render_template(
        "billing/recon_row.html", row=row, forms={**fresh, **forms}, sent=next(iter(forms), ""),
        others=candidates(session, row), waiting=recon_by_hand.waiting_of(session, row),
        standings=STANDINGS, standing=standing_of(row), types=TYPES, is_open=row.state in OPEN,
        accounts=dict(_accounts(session)),
    )  # fmt: skip


def _row(row_id: int) -> ReconMatch:
    return db.session.get(ReconMatch, row_id) or abort(404)


def _adjustment(adjustment_id: int) -> ReconAdjustment:
    return db.session.get(ReconAdjustment, adjustment_id) or abort(404)


def _join_form(row: ReconMatch, **given: Any) -> JoinForm:
    form = JoinForm(**given)
    form.other.choices = [(one.id, one.source_id) for one in candidates(db.session(), row)]
    return form


def _adjust_form(**given: Any) -> AdjustForm:
    form = AdjustForm(**given)
    form.account.choices = _accounts(db.session())
    return form


def _accounts(session: Session) -> list[tuple[str, str]]:
    """Return the accounts that an adjusting entry may stand against, by code, with their names."""
    name = LedgerAccount.name_fr if language() == "fr" else LedgerAccount.name_en
    chart = select(LedgerAccount.code, name).where(
        LedgerAccount.code.in_(recon_by_hand.ACCOUNTS),
        LedgerAccount.seller_id.is_(None),
        LedgerAccount.currency == "EUR",
    )
    found = session.execute(chart.order_by(LedgerAccount.code))
    return [(code, f"{code} {said}") for code, said in found]


def _chosen() -> ReconList:
    given = request.args
    return ReconList.read(given.get("state", ""), given.get("type", ""), given.get("q", ""))


def _url(chosen: ReconList, endpoint: str = ".reconciliation", **more: Any) -> str:
    return url_for(
        endpoint, state=chosen.view, type=chosen.type or None, q=chosen.sought or None,
        **more,
    )  # fmt: skip


def _tabs(session: Session, chosen: ReconList) -> list[dict[str, Any]]:
    counts = chosen.counts(session)
    return [
        {
            "label": label,
            "url": url_for(".reconciliation", state=name, type=chosen.type or None),
            "is_current": name == chosen.view,
            "count": counts.get(name),
        }
        for name, label in VIEWS.items()
    ]
