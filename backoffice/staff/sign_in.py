"""Checking who somebody is: password, code, and the lock-out after too many failures.

Nothing here tells an unknown address from a known one: both cost one hash, both lock.
"""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from backoffice.core.audit import record
from backoffice.core.clock import now
from backoffice.core.permissions import SYSTEM
from backoffice.core.refusal import Refused
from backoffice.core.secrets import fingerprint
from backoffice.core.text import text
from backoffice.staff import passwords, second_factor
from backoffice.staff.model import SignInAttempt, Staff
from config.settings import get_settings

ATTEMPTS_KEPT_FOR = timedelta(days=1)


class Wrong(Refused):
    """The address, the password or the code is wrong."""

    status = 422


class LockedOut(Refused):
    """Too many failures lately; nothing was compared."""

    status = 429


def check_password(session: Session, email: str, password: str) -> Staff:
    """Return the active account of an address and password; raises Wrong or LockedOut."""
    email = email.strip().lower()
    _admit(session, email)
    staff = session.scalar(select(Staff).where(Staff.email == email))
    matches = passwords.matches(staff.password_hash if staff else None, password)
    if staff is None or not (matches and staff.active):
        _note_failure(session, email, staff)
        raise Wrong(text("This e-mail or this password is wrong."))
    passwords.rehash_if_old(staff, password)
    return staff


def check_code(session: Session, staff: Staff, typed: str) -> None:
    """Take a code of the second factor or a recovery code; raises Wrong or LockedOut."""
    _admit(session, staff.email)
    if not second_factor.accept(session, staff, typed):
        _note_failure(session, staff.email, staff)
        raise Wrong(text("This code is wrong or was used already. Wait for the next one."))


def note_success(session: Session, staff: Staff) -> None:
    """Note a complete sign-in: the failures before it no longer count."""
    session.add(SignInAttempt(email_fingerprint=_print(staff.email), succeeded=True))
    record(session, stream=staff.stream, verb="staff.signed_in", actor=staff.actor)


def _admit(session: Session, email: str) -> None:
    """Let one attempt at a time pass per address, unless it is locked out."""
    key = int(_print(email)[:15], 16)
    session.execute(select(func.pg_advisory_xact_lock(key)))
    if _failures(session, email) >= get_settings().lockout_failures:
        minutes = get_settings().lockout_minutes
        raise LockedOut(
            text("Too many failures. Try again in %(minutes)s minutes.", minutes=minutes)
        )


def _failures(session: Session, email: str) -> int:
    """Count the failures within the window and since the last success."""
    since = now() - timedelta(minutes=get_settings().lockout_minutes)
    recent = session.scalars(
        select(SignInAttempt.succeeded)
        .where(SignInAttempt.email_fingerprint == _print(email), SignInAttempt.at > since)
        .order_by(SignInAttempt.at.desc(), SignInAttempt.id.desc())
    ).all()
    return recent.index(True) if True in recent else len(recent)


def _note_failure(session: Session, email: str, staff: Staff | None) -> None:
    session.add(SignInAttempt(email_fingerprint=_print(email), succeeded=False))
    old = select(SignInAttempt.id).where(SignInAttempt.at < now() - ATTEMPTS_KEPT_FOR)
    # Rows that another request is deleting are left to it: waiting for it could deadlock.
    session.execute(
        delete(SignInAttempt).where(SignInAttempt.id.in_(old.with_for_update(skip_locked=True)))
    )
    if staff and _failures(session, email) >= get_settings().lockout_failures:
        record(session, stream=staff.stream, verb="staff.locked_out", actor=SYSTEM)


def _print(email: str) -> str:
    return fingerprint(email, "sign-in")
