"""The tables of the people who work here: accounts, sessions, attempts, one-use links."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    column,
    false,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.permissions import ROLES, Actor
from backoffice.core.text import N_

ROLE_NAMES = {
    "moderator": N_("Moderator"),
    "support": N_("Support"),
    "finance": N_("Finance"),
    "lead": N_("Lead"),
    "admin": N_("Administrator"),
    "auditor": N_("Auditor"),
}

_ROLE_LIST = ", ".join(f"'{role}'" for role in ROLES)


class LinkKind(StrEnum):
    """What a one-use link is for; the value is also the first part of its address."""

    INVITATION = "invitation"
    RESET = "reset"


class Staff(Identified, Base):
    """Somebody who works here; never deleted, since decisions and the audit name her."""

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("locale IN ('fr', 'en')", name="locale"),
        CheckConstraint(f"roles <@ ARRAY[{_ROLE_LIST}]::text[]", name="roles"),
    )
    email: Mapped[str] = mapped_column(unique=True, info=marked(Personal.STAFF))
    name: Mapped[str] = mapped_column(info=marked(Personal.STAFF))
    locale: Mapped[str] = mapped_column(
        default="fr", server_default="fr", info=marked(Personal.STAFF)
    )
    roles: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, server_default="{}", info=marked(Personal.STAFF)
    )
    # Single keys (`a`, `r`, …) that she switched off.
    keys_off: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, server_default="{}", info=marked(Personal.STAFF)
    )
    password_hash: Mapped[str | None] = mapped_column(info=marked(Personal.SECRET))
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary, info=marked(Personal.SECRET))
    # The 30-second step of the last code taken: that code, and any before it, is refused.
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[datetime] = mapped_column(default=now)

    @validates("email")
    def _lower_cased(self, _key: str, email: str) -> str:
        return email.strip().lower()

    @property
    def actor(self) -> Actor:
        """Return her as the one who acts."""
        return Actor(kind="staff", id=self.id, name=self.name, roles=frozenset(self.roles))

    @property
    def stream(self) -> str:
        """Return the name of her audit stream."""
        return f"staff:{self.id}"


class RecoveryCode(Identified, Base):
    """One code that replaces the second factor once; kept as a keyed fingerprint."""

    __tablename__ = "staff_recovery_code"
    __table_args__ = (UniqueConstraint("staff_id", "fingerprint"),)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    fingerprint: Mapped[str] = mapped_column(info=marked(Personal.SECRET))
    used_at: Mapped[datetime | None]


class StaffSession(Identified, Base):
    """One signed-in browser; its token is random and only its digest is kept."""

    __tablename__ = "staff_session"
    __table_args__ = (
        Index("ix_staff_session_open", "staff_id", postgresql_where=column("revoked_at").is_(None)),
    )
    token_digest: Mapped[str] = mapped_column(unique=True, info=marked(Personal.SECRET))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    ip: Mapped[str] = mapped_column(info=marked(Personal.STAFF))
    user_agent: Mapped[str] = mapped_column(info=marked(Personal.STAFF))
    revoked_at: Mapped[datetime | None]
    staff: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)


class SignInAttempt(Identified, Base):
    """One try at an account, whether or not it exists: the address is kept as a fingerprint."""

    __tablename__ = "staff_sign_in_attempt"
    __table_args__ = (Index(None, "email_fingerprint", "at"),)
    email_fingerprint: Mapped[str] = mapped_column(info=marked(Personal.STAFF))
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    succeeded: Mapped[bool] = mapped_column(server_default=false())


class StaffLink(Identified, Base):
    """A one-use link to set a password; the token is made from its id, so it is never kept."""

    __tablename__ = "staff_link"
    __table_args__ = (CheckConstraint("kind IN ('invitation', 'reset')", name="kind"),)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    kind: Mapped[LinkKind] = mapped_column(Text, info=marked(Personal.NONE))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    staff: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)
