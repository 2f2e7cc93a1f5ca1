"""Portal links: what lets a party in, without an account, to one case."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.case import Case
from backoffice.core.clock import now


class Scope(StrEnum):
    """What a link lets its holder do, besides reading."""

    ANSWER = "answer"  # answer a request for information, correct, upload
    CONTEST = "contest"  # read a decision and appeal


class PortalLink(Identified, Base):
    """One party's way into one case; the token is this row's number and its HMAC."""

    __tablename__ = "portal_link"
    __table_args__ = (
        CheckConstraint("scope in ('answer', 'contest')", name="scope"),
        Index("ix_portal_link_case", "case_id"),
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    party_kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    party_id: Mapped[int] = mapped_column(BigInteger)
    scope: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    def is_open(self, at: datetime | None = None) -> bool:
        """Tell whether the link still works."""
        return self.revoked_at is None and self.expires_at > (at or now())


def give_link(
    session: Session,
    case: Case,
    *,
    party: tuple[str, int],
    scope: Scope,
    expires_at: datetime,
    decision_id: int | None = None,
) -> PortalLink:
    """Make a link of one party to one case; its number is known at once."""
    kind, party_id = party
    link = PortalLink(
        case_id=case.id,
        decision_id=decision_id,
        party_kind=kind,
        party_id=party_id,
        scope=scope,
        expires_at=expires_at,
    )
    session.add(link)
    session.flush()
    return link
