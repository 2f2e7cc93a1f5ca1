"""What is done to an account: invite, change roles, switch off, set a password. All audited.

A rule of the house that forbids it raises Refused.
"""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice.core.audit import record
from backoffice.core.permissions import ROLES, Actor
from backoffice.core.refusal import Refused
from backoffice.core.text import Text, text
from backoffice.staff import links, passwords, second_factor, sessions
from backoffice.staff.model import LinkKind, Staff, StaffLink


def create(
    session: Session, *, email: str, name: str, roles: list[str], locale: str, actor: Actor
) -> Staff:
    """Create an account that nobody can sign in to before a password is set."""
    staff = Staff(email=email, name=name, roles=_known(roles), locale=locale)
    try:
        with session.begin_nested():
            session.add(staff)
    except IntegrityError as error:
        raise Refused(text("Somebody already has this e-mail address.")) from error
    detail = {"name": name, "email": staff.email, "roles": staff.roles}
    record(session, stream=staff.stream, verb="staff.created", actor=actor, detail=detail)
    return staff


def find(session: Session, email: str) -> Staff | None:
    """Return the account of an address, active or not."""
    return session.scalar(select(Staff).where(Staff.email == email.strip().lower()))


def invite(session: Session, staff: Staff, actor: Actor) -> StaffLink:
    """Send an invitation; the one before it stops working."""
    if not staff.active or staff.password_hash:
        raise Refused(text("Only an active account without a password can be invited."))
    record(session, stream=staff.stream, verb="staff.invited", actor=actor)
    return links.send(session, staff, LinkKind.INVITATION)


def change_roles(session: Session, staff: Staff, roles: list[str], actor: Actor) -> None:
    """Give an account these roles and no others; giving the same ones does nothing."""
    roles = _known(roles)
    if set(roles) == set(staff.roles):
        return
    _not_oneself(staff, actor, text("Nobody changes her own roles."))
    if "admin" not in roles:
        _keep_an_admin(session, staff)
    detail = {"before": staff.roles, "after": roles}
    staff.roles = roles
    record(session, stream=staff.stream, verb="staff.roles_changed", actor=actor, detail=detail)


def deactivate(session: Session, staff: Staff, actor: Actor) -> None:
    """Close an account: its sessions end and its links stop working."""
    if not staff.active:
        return
    _not_oneself(staff, actor, text("Nobody closes her own account."))
    _keep_an_admin(session, staff)
    staff.active = False
    sessions.end_all(session, staff, actor)
    links.end_all(session, staff)
    record(session, stream=staff.stream, verb="staff.deactivated", actor=actor)


def reactivate(session: Session, staff: Staff, actor: Actor) -> None:
    """Open a closed account again, with the roles it had."""
    if not staff.active:
        staff.active = True
        record(session, stream=staff.stream, verb="staff.reactivated", actor=actor)


def reset_second_factor(session: Session, staff: Staff, actor: Actor) -> None:
    """Forget somebody's second factor and end her sessions."""
    _not_oneself(staff, actor, text("Another administrator resets your second factor."))
    second_factor.reset(session, staff, actor)
    sessions.end_all(session, staff, actor)


def set_password(session: Session, staff: Staff, password: str, *, keep: int | None = None) -> None:
    """Set a password, end her other sessions (all but `keep`) and her open links."""
    staff.password_hash = passwords.hash_password(password)
    record(session, stream=staff.stream, verb="staff.password_set", actor=staff.actor)
    sessions.end_all(session, staff, staff.actor, but=keep)
    links.end_all(session, staff)


def _known(roles: list[str]) -> list[str]:
    """Return the roles in the house's order; an unknown one is a programming error."""
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"no such role: {', '.join(sorted(unknown))}")
    return [role for role in ROLES if role in roles]


def _not_oneself(staff: Staff, actor: Actor, why: Text) -> None:
    if actor.kind == "staff" and actor.id == staff.id:
        raise Refused(why)


def _keep_an_admin(session: Session, staff: Staff) -> None:
    """Refuse to take away the last administrator who can sign in."""
    # Locking them all in one order makes two who demote each other wait, then count again.
    admins = session.scalars(
        select(Staff.id)
        .where(Staff.roles.contains(["admin"]), Staff.active, Staff.password_hash.is_not(None))
        .order_by(Staff.id)
        .with_for_update()
    ).all()
    if staff.id in admins and len(admins) == 1:
        raise Refused(text("This is the last administrator; name another one first."))
