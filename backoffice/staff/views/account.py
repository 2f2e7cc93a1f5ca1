"""One's own account: name, language, keys, password, second factor, sessions."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from backoffice.core.audit import record
from backoffice.extensions import db
from backoffice.staff import accounts, auth, second_factor, sessions, sign_in
from backoffice.staff.blueprint import blueprint
from backoffice.staff.devices import device
from backoffice.staff.forms import KEYS, ChangePasswordForm, ConfirmForm, ProfileForm
from backoffice.staff.guard import signed_in
from backoffice.staff.model import StaffSession
from backoffice.web.text import say


@blueprint.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    """Show everything a person may set for herself."""
    return account_page()


@blueprint.post("/account")
@signed_in
def save_profile() -> ResponseReturnValue:
    """Keep name, language and keys."""
    form, staff = ProfileForm(), auth.myself()
    if not form.validate():
        return account_page(profile=form), 422
    before = (staff.name, staff.locale, staff.keys_off)
    staff.name, staff.locale = form.name.data, form.locale.data
    staff.keys_off = [key for key in KEYS if key in form.keys_off.data]
    if before != (staff.name, staff.locale, staff.keys_off):
        record(db.session(), stream=staff.stream, verb="staff.profile_changed", actor=staff.actor)
    flash(_("Saved."), "success")
    return redirect(url_for(".account"))


@blueprint.post("/account/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """Set another password; the other sessions end."""
    form, staff = ChangePasswordForm(email=current_user.email), auth.myself()
    if not (form.validate() and confirmed(form)):
        return account_page(password=form), 422
    accounts.set_password(db.session(), staff, form.new_password.data, keep=current_user.session_id)
    flash(_("Your password is changed; your other sessions were ended."), "success")
    return redirect(url_for(".account"))


@blueprint.post("/account/recovery-codes")
@signed_in
def renew_recovery_codes() -> ResponseReturnValue:
    """Replace the recovery codes and show the new ones, once."""
    form, staff = ConfirmForm(), auth.myself()
    if not staff.totp_secret:
        abort(404)
    if not (form.validate() and confirmed(form)):
        return account_page(confirm=form), 422
    codes = second_factor.new_recovery_codes(db.session(), staff)
    return render_template("staff/recovery_codes.html", codes=codes, next_url=url_for(".account"))


@blueprint.post("/account/sessions/<int:session_id>/end")
@signed_in
def end_own_session(session_id: int) -> ResponseReturnValue:
    """End one of one's own sessions."""
    row = db.session.get(StaffSession, session_id)
    if row is None or row.staff_id != current_user.staff_id:
        abort(404)
    sessions.end(row)
    flash(_("The session was ended."), "success")
    return redirect(url_for(".account"))


@blueprint.post("/account/sessions/end-others")
@signed_in
def end_other_sessions() -> ResponseReturnValue:
    """End every session but this one."""
    staff = auth.myself()
    sessions.end_all(db.session(), staff, staff.actor, but=current_user.session_id)
    flash(_("Your other sessions were ended."), "success")
    return redirect(url_for(".account"))


def confirmed(form: ChangePasswordForm | ConfirmForm) -> bool:
    """Check the present password; a failure counts towards the lock-out and is shown."""
    try:
        sign_in.check_password(db.session(), current_user.email, form.password.data)
    except sign_in.LockedOut as refusal:
        form.password.errors = [say(refusal.said)]
    except sign_in.Wrong:
        form.password.errors = [_("This is not your password.")]
    return not form.errors


def account_page(**forms: FlaskForm) -> str:
    """Render the account with the forms given, and fresh ones in the other places."""
    staff = auth.myself()
    context: dict[str, Any] = {
        "profile": ProfileForm(formdata=None, obj=staff),
        "password": ChangePasswordForm(formdata=None, email=staff.email),
        "confirm": ConfirmForm(formdata=None),
        **forms,
    }
    return render_template(
        "staff/account.html",
        staff=staff,
        sessions=sessions.live_sessions(db.session(), staff),
        device=device,
        codes_left=second_factor.recovery_codes_left(db.session(), staff),
        **context,
    )
