"""The accounts of others, for administrators: invite, roles, close, reset, end sessions."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select

from backoffice.core.refusal import Refused
from backoffice.extensions import db
from backoffice.staff import accounts, sessions
from backoffice.staff.blueprint import blueprint
from backoffice.staff.devices import device
from backoffice.staff.forms import InviteForm, RolesForm
from backoffice.staff.guard import requires
from backoffice.staff.model import ROLE_NAMES, Staff, StaffSession
from backoffice.web.text import say

MANAGE = "staff:manage"


@blueprint.get("/admin/staff")
@requires(MANAGE)
def people() -> ResponseReturnValue:
    """List every account: the active ones first, by name."""
    seen = (
        select(StaffSession.staff_id, func.max(StaffSession.last_seen_at).label("at"))
        .group_by(StaffSession.staff_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Staff, seen.c.at)
        .outerjoin(seen, seen.c.staff_id == Staff.id)
        .order_by(Staff.active.desc(), Staff.name, Staff.id)
    )
    return render_template("staff/people.html", rows=rows.all(), role_names=ROLE_NAMES)


@blueprint.get("/admin/staff/invite")
@requires(MANAGE)
def invite() -> ResponseReturnValue:
    """Show the form for a new colleague."""
    return render_template("staff/invite.html", form=InviteForm(locale="fr"))


@blueprint.post("/admin/staff/invite")
@requires(MANAGE)
def send_invitation() -> ResponseReturnValue:
    """Create the account and send the invitation."""
    form, session, actor = InviteForm(), db.session(), current_user.actor
    if not form.validate():
        return render_template("staff/invite.html", form=form), 422
    values = {key: form.data[key] for key in ("name", "email", "roles", "locale")}
    try:
        staff = accounts.create(session, **values, actor=actor)
    except Refused as refusal:
        form.email.errors = [say(refusal.said)]
        return render_template("staff/invite.html", form=form), 422
    accounts.invite(session, staff, actor)
    flash(_("The invitation leaves for %(email)s.", email=staff.email), "success")
    return redirect(url_for(".person", staff_id=staff.id))


@blueprint.get("/admin/staff/<int:staff_id>")
@requires(MANAGE)
def person(staff_id: int) -> ResponseReturnValue:
    """Show one account and what may be done to it."""
    staff = find_or_404(staff_id)
    return render_template(
        "staff/person.html",
        staff=staff,
        form=RolesForm(obj=staff),
        sessions=sessions.live_sessions(db.session(), staff),
        device=device,
        role_names=ROLE_NAMES,
        is_me=staff.id == current_user.staff_id,
    )


@blueprint.post("/admin/staff/<int:staff_id>/roles")
@requires(MANAGE)
def change_roles(staff_id: int) -> ResponseReturnValue:
    """Give the roles ticked and no others."""
    form = RolesForm()
    if not form.validate():
        abort(422)
    return done(
        staff_id,
        lambda staff: accounts.change_roles(
            db.session(), staff, form.roles.data, current_user.actor
        ),
        _("The roles are changed."),
    )


@blueprint.post("/admin/staff/<int:staff_id>/invite")
@requires(MANAGE)
def invite_again(staff_id: int) -> ResponseReturnValue:
    """Send another invitation; the one before stops working."""
    return done(staff_id, with_actor(accounts.invite), _("A new invitation leaves."))


@blueprint.post("/admin/staff/<int:staff_id>/deactivate")
@requires(MANAGE)
def deactivate(staff_id: int) -> ResponseReturnValue:
    """Close an account."""
    return done(staff_id, with_actor(accounts.deactivate), _("The account is closed."))


@blueprint.post("/admin/staff/<int:staff_id>/reactivate")
@requires(MANAGE)
def reactivate(staff_id: int) -> ResponseReturnValue:
    """Open a closed account again."""
    return done(staff_id, with_actor(accounts.reactivate), _("The account is open again."))


@blueprint.post("/admin/staff/<int:staff_id>/reset-second-factor")
@requires(MANAGE)
def reset_second_factor(staff_id: int) -> ResponseReturnValue:
    """Make somebody enrol again."""
    words = _("The second factor is reset; the next sign-in asks for a new one.")
    return done(staff_id, with_actor(accounts.reset_second_factor), words)


@blueprint.post("/admin/staff/<int:staff_id>/end-sessions")
@requires(MANAGE)
def end_sessions(staff_id: int) -> ResponseReturnValue:
    """End all of somebody's sessions."""
    return done(staff_id, with_actor(sessions.end_all), _("All sessions are ended."))


def with_actor(verb: Callable[..., object]) -> Callable[[Staff], object]:
    """Bind a verb on accounts to this request's session and actor."""
    return lambda staff: verb(db.session(), staff, current_user.actor)


def done(staff_id: int, act: Callable[[Staff], object], words: str) -> ResponseReturnValue:
    """Act on an account, say that it is done or which rule forbids it, and show the account."""
    staff = find_or_404(staff_id)
    try:
        act(staff)
        flash(words, "success")
    except Refused as refusal:
        flash(say(refusal.said), "error")
    return redirect(url_for(".person", staff_id=staff.id))


def find_or_404(staff_id: int) -> Staff:
    """Return the account of a number in the address."""
    return db.session.get(Staff, staff_id) or abort(404)
