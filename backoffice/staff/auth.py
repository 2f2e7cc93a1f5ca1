"""Who is signed in: Flask-Login's user, loaded from a session kept on the server."""

from datetime import timedelta
from typing import Any

from flask import request
from flask import session as cookie
from flask_login import UserMixin, current_user, login_user, logout_user

from backoffice.core.clock import now
from backoffice.core.permissions import Actor
from backoffice.extensions import db, login_manager
from backoffice.staff import second_factor, sessions
from backoffice.staff.model import ROLE_NAMES, Staff, StaffSession

PENDING_SECONDS = 600


class SignedIn(UserMixin):
    """The signed-in person as pages see her: plain values, safe to read after a rollback."""

    def __init__(self, row: StaffSession, token: str) -> None:
        staff = row.staff
        self.id = token
        self.session_id = row.id
        self.last_seen_at = row.last_seen_at
        self.staff_id = staff.id
        self.name = staff.name
        self.email = staff.email
        self.locale = staff.locale
        self.keys_off = tuple(staff.keys_off)
        self.role_names = [ROLE_NAMES[role] for role in staff.roles]
        self.must_enrol = staff.totp_secret is None and second_factor.is_required(staff.roles)
        self.actor = self._actor(staff)

    def _actor(self, staff: Staff) -> Actor:
        """Return who acts; without the second factor her roles demand, she acts with none."""
        return Actor("staff", staff.id, staff.name) if self.must_enrol else staff.actor


@login_manager.user_loader
def load(token: str) -> SignedIn | None:
    """Return the person behind a session token while the session lives."""
    row = sessions.find(db.session(), token)
    return SignedIn(row, token) if row else None


def myself() -> Staff:
    """Return the signed-in person's account, to change it."""
    return db.session.get_one(Staff, current_user.staff_id)


def begin_session(staff: Staff) -> None:
    """Sign somebody in under a new token; what the browser held before is dropped."""
    cookie.clear()
    row, token = sessions.begin(
        db.session(), staff, ip=request.remote_addr or "", user_agent=request.user_agent.string
    )
    db.session.flush()
    login_user(SignedIn(row, token))


def renew_session(staff: Staff) -> None:
    """Go on under a new token, as the person's rights have grown."""
    sessions.end(my_session())
    begin_session(staff)


def end_session() -> None:
    """Sign the present person out, here and on the server."""
    sessions.end(my_session())
    logout_user()
    cookie.clear()


def my_session() -> StaffSession:
    """Return the row of the session this request came in."""
    return db.session.get_one(StaffSession, current_user.session_id)


def asks_password() -> bool:
    """Tell whether a change of the second factor asks for the password first.

    It does not just after a sign-in that had no second factor: the password was given then.
    """
    is_fresh = now() - my_session().created_at < timedelta(seconds=PENDING_SECONDS)
    return myself().totp_secret is not None or not is_fresh


def begin_pending(staff: Staff, next_url: str) -> None:
    """Remember that the password was right, until the code comes."""
    cookie.clear()
    cookie["pending"] = {"staff": staff.id, "at": now().timestamp(), "next": next_url}


def pending() -> tuple[Staff, str] | None:
    """Return who gave the right password lately, and where she was going."""
    held: dict[str, Any] | None = cookie.get("pending")
    if held is None or now().timestamp() - held["at"] > PENDING_SECONDS:
        return None
    staff = db.session.get(Staff, held["staff"])
    return (staff, held["next"]) if staff and staff.active else None


def drop_pending() -> None:
    """Forget the password that was given."""
    cookie.pop("pending", None)
