"""Subscriptions: who pays which plan, who does not, and one seller's months."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from backoffice.billing.giving_up import ask_giving_up
from backoffice.billing.ledger import balance_of
from backoffice.billing.plan import Plan, Subscription, plans_in_force
from backoffice.billing.plan_invoice import INVOICE_STATES, PlanInvoice
from backoffice.billing.plan_postings import SUBSCRIBERS
from backoffice.billing.subscribing import change_plan
from backoffice.billing.subscription_list import VIEWS, SubscriptionList, file_rows
from backoffice.billing.views.refunds import blueprint
from backoffice.billing.views.saving import save
from backoffice.core.audit import record
from backoffice.core.clock import now
from backoffice.core.refusal import NotPossible
from backoffice.core.text import N_
from backoffice.core.work import unit_of_work
from backoffice.extensions import db
from backoffice.marketplace.seller import Seller, by_external_id
from backoffice.staff.guard import requires
from backoffice.web.numbers import money, percent
from backoffice.web.text import say
from config.settings import get_settings


class ChangeForm(FlaskForm):
    """The plan that holds from the next month on."""

    plan = SelectField(N_("Plan from the next month on"), validators=[DataRequired()])


class GiveUpForm(FlaskForm):
    """Why a month will not be paid."""

    why = TextAreaField(N_("Why it is given up"), validators=[DataRequired(), Length(max=2000)])


@blueprint.get("/subscriptions")
@requires("billing:read")
def subscriptions() -> str:
    """Show one page of the subscriptions of a view, those that are not paid first."""
    session, chosen = db.session(), _chosen()
    page = chosen.order.page(
        session, chosen.rows(), request.args.get("at"), get_settings().page_size
    )
    return render_template(
        "billing/subscriptions.html", chosen=chosen, page=page, tabs=_tabs(chosen), views=VIEWS,
        plans=plans_in_force(session, now()), page_url=lambda at: _url(chosen, at=at),
        file_url=lambda form: url_for(".subscriptions_file", form=form, **_given(chosen)),
    )  # fmt: skip


@blueprint.get("/subscriptions.<any(csv, xlsx):form>")
@requires("billing:export")
def subscriptions_file(form: str) -> ResponseReturnValue:
    """Send the subscriptions of a view as a file; who took it is in the audit."""
    chosen = _chosen()
    rows = file_rows(db.session(), chosen)
    return save("subscription", form, _("Subscriptions"), rows, **_given(chosen))


@blueprint.get("/subscriptions/<external_id>")
@requires("billing:read")
def subscription(external_id: str) -> str:
    """Show a seller's plan, what follows, and every month that was asked for."""
    return _page(_seller(external_id))


@blueprint.post("/subscriptions/<external_id>/plan")
@requires("subscription:change")
def change_subscription(external_id: str) -> ResponseReturnValue:
    """Put a seller on another plan from its next month on."""
    seller, form = _seller(external_id), _change_form()
    if not form.validate_on_submit():
        return _page(seller, change=form), 422
    try:
        with unit_of_work(db.session()) as session:
            following = change_plan(session, seller, form.plan.data)
            record(session, stream=f"seller:{seller.id}", verb="subscription.change",
                   actor=current_user.actor, detail={"plan": following.plan_id})  # fmt: skip
    except NotPossible as refusal:
        flash(say(refusal.said), "warning")
    return redirect(url_for(".subscription", external_id=external_id), 303)


@blueprint.post("/subscriptions/<external_id>/<stripe_id>/give-up")
@requires("billing:adjust")
def give_up_month(external_id: str, stripe_id: str) -> ResponseReturnValue:
    """Give up a month that will not be paid."""
    seller, form = _seller(external_id), GiveUpForm()
    invoice = _invoice(seller, stripe_id)
    if not form.validate_on_submit():
        return _page(seller, give_up=form, about=invoice), 422
    try:
        with unit_of_work(db.session()) as session:
            ask_giving_up(session, invoice, form.why.data, current_user.actor)
        flash(_("Stripe is told. The books follow with its answer."), "success")
    except NotPossible as refusal:
        flash(say(refusal.said), "warning")
    return redirect(url_for(".subscription", external_id=external_id), 303)


def _page(
    seller: Seller, *, change: ChangeForm | None = None, give_up: GiveUpForm | None = None,
    about: PlanInvoice | None = None,
) -> str:  # fmt: skip
    session = db.session()
    rows = session.scalars(
        select(Subscription)
        .where(Subscription.seller_id == seller.id)
        .order_by(Subscription.starts_at.desc())
    ).all()
    months = session.scalars(
        select(PlanInvoice)
        .where(PlanInvoice.seller_id == seller.id)
        .order_by(PlanInvoice.period_start.desc(), PlanInvoice.id.desc())
    ).all()
    return render_template(
        "billing/subscription.html", seller=seller, rows=rows, months=months, at=now(),
        states=INVOICE_STATES, owed_minor=balance_of(session, SUBSCRIBERS, seller_id=seller.id),
        change=change or _change_form(), give_up=give_up or GiveUpForm(formdata=None), about=about,
    )  # fmt: skip


def _change_form() -> ChangeForm:
    form = ChangeForm()
    form.plan.choices = [(one.code, _choice(one)) for one in plans_in_force(db.session(), now())]
    return form


def _choice(plan: Plan) -> str:
    return _(
        "%(name)s: %(price)s a month, %(rate)s of sales", name=plan.name,
        price=money(plan.price_minor, plan.currency), rate=percent(plan.commission_bp / 10_000),
    )  # fmt: skip


def _seller(external_id: str) -> Seller:
    return by_external_id(db.session(), external_id) or abort(404)


def _invoice(seller: Seller, stripe_id: str) -> PlanInvoice:
    query = select(PlanInvoice).where(
        PlanInvoice.seller_id == seller.id, PlanInvoice.stripe_id == stripe_id
    )
    return db.session().scalars(query).first() or abort(404)


def _chosen() -> SubscriptionList:
    given = request.args
    return SubscriptionList.read(
        given.get("state", ""), given.get("plan", ""), given.get("q", ""), now()
    )


def _given(chosen: SubscriptionList) -> dict[str, Any]:
    return {"state": chosen.view, "plan": chosen.plan or None, "q": chosen.sought or None}


def _url(chosen: SubscriptionList, **more: Any) -> str:
    return url_for(".subscriptions", **_given(chosen), **more)


def _tabs(chosen: SubscriptionList) -> list[dict[str, Any]]:
    counts = chosen.counts(db.session())
    return [
        {
            "label": label,
            "url": url_for(".subscriptions", state=name),
            "is_current": name == chosen.view,
            "count": counts.get(name),
        }
        for name, label in VIEWS.items()
    ]
