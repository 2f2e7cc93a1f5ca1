"""Sessions kept on the server: begun at sign-in, ended by age, idleness or revocation."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backoffice.core.audit import record
from backoffice.core.clock import now
from backoffice.core.permissions import Actor
from backoffice.staff.model import Staff, StaffSession
from config.settings import get_settings

USER_AGENT_MAX = 300
TOUCH_EVERY = timedelta(seconds=30)  # a write a page would cost more than it tells
KEPT_FOR = timedelta(days=30)


def begin(session: Session, staff: Staff, *, ip: str, user_agent: str) -> tuple[StaffSession, str]:
    """Open a session and return it with its token, which is not kept."""
    token = secrets.token_urlsafe(32)
    row = StaffSession(
        token_digest=_digest(token),
        staff=staff,
        ip=ip,
        user_agent=user_agent.replace("\0", "")[:USER_AGENT_MAX],
    )
    session.add(row)
    session.execute(
        delete(StaffSession)
        .where(StaffSession.staff_id == staff.id, StaffSession.last_seen_at < now() - KEPT_FOR)
        .execution_options(synchronize_session=False)
    )
    return row, token


def find(session: Session, token: str) -> StaffSession | None:
    """Return the live session of a token, or None when it ended or never was."""
    row = session.scalar(select(StaffSession).where(StaffSession.token_digest == _digest(token)))
    return row if row and row.staff.active and is_live(row, now()) else None


def is_live(row: StaffSession, at: datetime) -> bool:
    """Tell whether a session has not been revoked, is not too old and was not left idle."""
    settings = get_settings()
    return (
        row.revoked_at is None
        and at < row.created_at + timedelta(hours=settings.session_hours)
        and at < row.last_seen_at + timedelta(minutes=settings.session_idle_minutes)
    )


def is_worth_noting(last_seen_at: datetime) -> bool:
    """Tell whether a person was noted so long ago that she is noted again."""
    return now() - last_seen_at >= TOUCH_EVERY


def touch(row: StaffSession) -> None:
    """Note that the person is there; precise to `TOUCH_EVERY`."""
    if is_worth_noting(row.last_seen_at):
        row.last_seen_at = now()


def live_sessions(session: Session, staff: Staff) -> list[StaffSession]:
    """Return her live sessions, the latest used first."""
    rows = session.scalars(
        select(StaffSession)
        .where(StaffSession.staff_id == staff.id, StaffSession.revoked_at.is_(None))
        .order_by(StaffSession.last_seen_at.desc())
    )
    at = now()
    return [row for row in rows if is_live(row, at)]


def end(row: StaffSession) -> None:
    """End one session; ending it twice changes nothing."""
    row.revoked_at = row.revoked_at or now()


def end_all(session: Session, staff: Staff, actor: Actor, *, but: int | None = None) -> int:
    """End all her live sessions except one, and return how many ended."""
    ended = [row for row in live_sessions(session, staff) if row.id != but]
    for row in ended:
        end(row)
    if ended:
        detail = {"sessions": [row.id for row in ended]}
        record(
            session, stream=staff.stream, verb="staff.sessions_ended", actor=actor, detail=detail
        )
    return len(ended)


def _digest(token: str) -> str:
    # The token carries 256 random bits: a plain digest cannot be searched.
    return hashlib.sha256(token.encode()).hexdigest()
