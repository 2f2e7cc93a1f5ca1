"""Signing in, in two steps at one address, and signing out."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from backoffice.core.refusal import Refused
from backoffice.extensions import db, limiter
from backoffice.staff import auth, sign_in
from backoffice.staff.blueprint import blueprint
from backoffice.staff.forms import CodeForm, SignInForm
from backoffice.staff.guard import public, signed_in
from backoffice.staff.model import Staff
from backoffice.web.safe import safe_next
from config.settings import get_settings

TRIES_PER_ADDRESS = "60 per minute"  # each costs a hash; the lock-out counts per account


@blueprint.get("/login")
@public
def login() -> ResponseReturnValue:
    """Show the step that comes next: the password, then the code."""
    next_url = safe_next(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(next_url)
    return step_page(CodeForm() if auth.pending() else SignInForm(next=next_url))


@blueprint.post("/login")
@public
@limiter.limit(TRIES_PER_ADDRESS)
def check_login() -> ResponseReturnValue:
    """Take the step that was sent."""
    return take_code() if "code" in request.form else take_password()


def take_password() -> ResponseReturnValue:
    """Check address and password; go on to the code, or sign in who has no second factor yet."""
    form = SignInForm()
    if not form.validate():
        return step_page(form), 422
    try:
        staff = sign_in.check_password(db.session(), form.email.data, form.password.data)
    except Refused as refusal:
        return step_page(form, refusal), refusal.status
    next_url = safe_next(form.next.data)
    if not staff.totp_secret:
        return signed_in_as(staff, next_url)
    auth.begin_pending(staff, next_url)
    return redirect(url_for(".login"))


def take_code() -> ResponseReturnValue:
    """Check the code of who gave the right password within the last minutes."""
    form, held = CodeForm(), auth.pending()
    if held is None:
        return redirect(url_for(".login"))
    staff, next_url = held
    if not form.validate():
        return step_page(form), 422
    try:
        sign_in.check_code(db.session(), staff, form.code.data)
    except Refused as refusal:
        return step_page(form, refusal), refusal.status
    return signed_in_as(staff, next_url)


def signed_in_as(staff: Staff, next_url: str) -> ResponseReturnValue:
    """Begin the session and go where she was going."""
    sign_in.note_success(db.session(), staff)
    auth.begin_session(staff)
    return redirect(next_url)


@blueprint.post("/login/restart")
@public
def restart() -> ResponseReturnValue:
    """Forget the password given, to sign in as somebody else."""
    auth.drop_pending()
    return redirect(url_for(".login"))


@blueprint.post("/logout")
@signed_in
def logout() -> ResponseReturnValue:
    """End the session, here and on the server."""
    auth.end_session()
    return redirect(url_for(".login"))


def step_page(form: SignInForm | CodeForm, refusal: Refused | None = None) -> str:
    """Render one of the two steps, with what went wrong before."""
    template = "staff/login.html" if isinstance(form, SignInForm) else "staff/code.html"
    said = refusal.said if refusal else None
    return render_template(template, form=form, refusal=said, settings=get_settings())
