"""One-use links by which somebody sets a password: invitations and resets."""

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backoffice.core.clock import now
from backoffice.core.outbox import put_mail
from backoffice.core.secrets import read_token
from backoffice.staff.model import LinkKind, Staff, StaffLink

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=1)
RESETS_AN_HOUR = 3  # more would let a stranger flood a mailbox


def make(session: Session, staff: Staff, kind: LinkKind) -> StaffLink:
    """Make a link and end the earlier ones, so that only the last mail works."""
    end_all(session, staff)
    lasts = INVITATION_LASTS if kind is LinkKind.INVITATION else RESET_LASTS
    link = StaffLink(staff=staff, kind=kind, expires_at=now() + lasts)
    session.add(link)
    session.flush()
    return link


def send(session: Session, staff: Staff, kind: LinkKind) -> StaffLink:
    """Make a link and owe the mail that carries it; the mail names the row, not the token."""
    link = make(session, staff, kind)
    put_mail(
        session,
        event="staff.invited" if kind is LinkKind.INVITATION else "staff.reset",
        to=staff.email,
        locale=staff.locale,
        context={
            "recipient": staff.name,
            "name": staff.name,
            "email": staff.email,
            "staff_link": link.id,
            "expires_at": link.expires_at.isoformat(),
        },
    )
    return link


def ask_reset(session: Session, email: str) -> None:
    """Send a reset to an active account; an unknown address, or one asking too often, gets none."""
    staff = session.scalar(
        select(Staff).where(Staff.email == email.strip().lower(), Staff.active).with_for_update()
    )
    if staff is None:
        return
    lately = session.scalar(
        select(func.count(StaffLink.id)).where(
            StaffLink.staff_id == staff.id,
            StaffLink.kind == LinkKind.RESET,
            StaffLink.created_at > now() - timedelta(hours=1),
        )
    )
    if (lately or 0) < RESETS_AN_HOUR:
        send(session, staff, LinkKind.RESET)


def find(session: Session, kind: LinkKind, token: str, *, lock: bool = False) -> StaffLink | None:
    """Return the usable link of a token: of this kind, unused, unexpired, of an active account."""
    link_id = read_token(kind, token)
    if link_id is None:
        return None
    query = select(StaffLink).where(
        StaffLink.id == link_id,
        StaffLink.kind == kind,
        StaffLink.used_at.is_(None),
        StaffLink.expires_at > now(),
    )
    link = session.scalar(query.with_for_update(of=StaffLink) if lock else query)
    return link if link and link.staff.active else None


def end_all(session: Session, staff: Staff) -> None:
    """Mark every open link of an account as used."""
    session.execute(
        update(StaffLink)
        .where(StaffLink.staff_id == staff.id, StaffLink.used_at.is_(None))
        .values(used_at=now())
    )
