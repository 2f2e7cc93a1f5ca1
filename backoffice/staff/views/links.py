"""The pages behind one-use links: accepting an invitation, choosing another password."""

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from backoffice.extensions import db, limiter
from backoffice.staff import accounts, links
from backoffice.staff.blueprint import blueprint
from backoffice.staff.forms import AskResetForm, NewPasswordForm
from backoffice.staff.guard import public
from backoffice.staff.model import LinkKind, StaffLink

RESETS_PER_ADDRESS = "30 per hour"


@blueprint.get("/reset")
@public
def reset() -> ResponseReturnValue:
    """Ask for a reset."""
    return render_template("staff/reset.html", form=AskResetForm())


@blueprint.post("/reset")
@public
@limiter.limit(RESETS_PER_ADDRESS)
def ask_reset() -> ResponseReturnValue:
    """Answer the same whether or not the address is known."""
    form = AskResetForm()
    if not form.validate():
        return render_template("staff/reset.html", form=form), 422
    links.ask_reset(db.session(), form.email.data)
    return render_template("staff/reset.html", form=form, asked=True)


@blueprint.get("/<any(invitation, reset):kind>/<token>")
@public
def link(kind: str, token: str) -> ResponseReturnValue:
    """Show the form; opening a link changes nothing, since mail scanners do it too."""
    found = links.find(db.session(), LinkKind(kind), token)
    if found is None:
        return page(render_template("staff/link_dead.html", kind=kind), 410)
    return page(password_page(found, NewPasswordForm(email=found.staff.email)))


@blueprint.post("/<any(invitation, reset):kind>/<token>")
@public
def use_link(kind: str, token: str) -> ResponseReturnValue:
    """Set the password and spend the link."""
    found = links.find(db.session(), LinkKind(kind), token, lock=True)
    if found is None:
        return page(render_template("staff/link_dead.html", kind=kind), 410)
    form = NewPasswordForm(email=found.staff.email)
    if not form.validate():
        return page(password_page(found, form), 422)
    accounts.set_password(db.session(), found.staff, form.new_password.data)
    flash(_("Your password is set. Sign in with it."), "success")
    return redirect(url_for(".login"))


def password_page(found: StaffLink, form: NewPasswordForm) -> str:
    """Render the form that sets a password."""
    return render_template("staff/link.html", link=found, form=form)


def page(html: str, status: int = 200) -> ResponseReturnValue:
    """Answer without telling the address, which is a secret, to the next page or its log."""
    response = make_response(html, status)
    # The origin alone is enough for the check of forms sent over HTTPS, which `no-referrer` fails.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
