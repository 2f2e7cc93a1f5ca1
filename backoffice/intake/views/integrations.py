"""The marketplace's programs, for administrators: their keys, and where they hear of events."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from backoffice.core.clock import now
from backoffice.core.integration import ApiKey, Integration, WebhookEndpoint
from backoffice.extensions import db
from backoffice.intake.endpoints import create_endpoint, disable_endpoint
from backoffice.intake.forms import EndpointForm, KeyForm
from backoffice.intake.keys import create_key, integration_named, revoke_key
from backoffice.staff.guard import requires

blueprint = Blueprint("integrations", __name__, url_prefix="/admin/integrations")
MANAGE = "integration:manage"


@blueprint.get("")
@requires(MANAGE)
def programs() -> ResponseReturnValue:
    """List every key and every address, and offer new ones."""
    return page(KeyForm(), EndpointForm())


@blueprint.post("/keys")
@requires(MANAGE)
def add_key() -> ResponseReturnValue:
    """Make a key and show it, this once."""
    form, session = KeyForm(), db.session()
    if not form.validate():
        return page(form, EndpointForm(formdata=None)), 422
    expires_at = now() + timedelta(days=form.days.data) if form.days.data else None
    program = integration_named(session, form.integration.data)
    shown = create_key(session, program, scopes=form.scopes.data, actor=current_user.actor,
                       expires_at=expires_at)  # fmt: skip
    return once(_("API key of %(name)s", name=program.name), shown)


@blueprint.post("/keys/<prefix>/revoke")
@requires(MANAGE)
def end_key(prefix: str) -> ResponseReturnValue:
    """Revoke a key at once."""
    if revoke_key(db.session(), prefix, actor=current_user.actor) is None:
        abort(404)
    flash(_("The key %(prefix)s is revoked.", prefix=prefix), "success")
    return redirect(url_for(".programs"), 303)


@blueprint.post("/endpoints")
@requires(MANAGE)
def add_endpoint() -> ResponseReturnValue:
    """Add an address and show the secret that its events are signed with, this once."""
    form, session = EndpointForm(), db.session()
    if not form.validate():
        return page(KeyForm(formdata=None), form), 422
    program = integration_named(session, form.integration.data)
    made = create_endpoint(session, program, form.url.data, actor=current_user.actor)
    return once(_("Signing secret of %(url)s", url=form.url.data), made[1])


@blueprint.post("/endpoints/<int:number>/disable")
@requires(MANAGE)
def end_endpoint(number: int) -> ResponseReturnValue:
    """Send nothing new to an address."""
    endpoint = disable_endpoint(db.session(), number, actor=current_user.actor)
    if endpoint is None:
        abort(404)
    flash(_("Nothing new is sent to %(url)s.", url=endpoint.url), "success")
    return redirect(url_for(".programs"), 303)


def once(title: str, shown: str) -> str:
    """Render what is shown this once: it is kept as a digest, or encrypted."""
    return render_template("intake/once.html", title=title, shown=shown)


def page(key_form: KeyForm, endpoint_form: EndpointForm) -> str:
    """Render the lists with both forms; the one that failed keeps what was typed."""
    scalars = db.session().scalars
    names = scalars(select(Integration.name).order_by(Integration.name)).all()
    return render_template(
        "intake/integrations.html",
        keys=scalars(select(ApiKey).order_by(ApiKey.id.desc())).all(),
        endpoints=scalars(select(WebhookEndpoint).order_by(WebhookEndpoint.id.desc())).all(),
        names=names,
        key_form=key_form,
        endpoint_form=endpoint_form,
    )
