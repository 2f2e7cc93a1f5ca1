"""Taking on a second factor: forced at the first sign-in for some roles, open to all."""

from flask import render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from backoffice.core.secrets import decrypt, encrypt
from backoffice.extensions import db
from backoffice.staff import auth, second_factor
from backoffice.staff.blueprint import blueprint
from backoffice.staff.forms import EnrolForm
from backoffice.staff.guard import signed_in
from backoffice.staff.views.account import confirmed
from backoffice.web.safe import safe_next

HELD = "enrolling"  # the cookie's key of the secret shown, encrypted


@blueprint.get("/account/second-factor")
@signed_in
def enrol() -> ResponseReturnValue:
    """Show a new secret as a QR code and as text; nothing is kept before its first code."""
    secret = second_factor.new_secret()
    cookie[HELD] = encrypt(secret).decode()
    return enrol_page(EnrolForm(), secret)


@blueprint.post("/account/second-factor")
@signed_in
def finish_enrolment() -> ResponseReturnValue:
    """Keep the secret if the code fits, begin a new session, and show the recovery codes."""
    form, staff, held = EnrolForm(), auth.myself(), cookie.get(HELD)
    if held is None:
        return enrol()
    secret = decrypt(held.encode())
    if not form.validate() or (auth.asks_password() and not confirmed(form)):
        return enrol_page(form, secret), 422
    codes = second_factor.enrol(db.session(), staff, secret, form.code.data)
    if not codes:
        form.code.errors = [_("This code does not fit. Wait for the next one.")]
        return enrol_page(form, secret), 422
    auth.renew_session(staff)
    next_url = safe_next(request.args.get("next"), url_for(".account"))
    return render_template("staff/recovery_codes.html", codes=codes, next_url=next_url)


def enrol_page(form: EnrolForm, secret: str) -> str:
    """Render the page with the secret; the SVG is drawn by us from our own address."""
    qr = Markup(second_factor.qr_svg(secret, auth.myself().email))  # noqa: S704
    return render_template(
        "staff/enrol.html", form=form, secret=secret, qr=qr, asks_password=auth.asks_password()
    )
