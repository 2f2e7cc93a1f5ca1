"""A request for information: what was asked of a party, until when, and the answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Select, Text, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.party import Party


class InfoRequest(Identified, Base):
    """One question to a party; open until answered, withdrawn or past its date."""

    __tablename__ = "info_request"
    __table_args__ = (Index("ix_info_request_case", "case_id", "id"),)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    asked_of: Mapped[str] = mapped_column(info=marked(Personal.NONE))  # seller, notifier…
    asked_of_id: Mapped[int] = mapped_column(BigInteger)
    question: Mapped[str] = mapped_column(info=marked(Personal.FREE))
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, info=marked(Personal.NONE))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))
    corrections: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, info=marked(Personal.PARTY)
    )

    def is_of(self, party: Party) -> bool:
        """Tell whether it was put to this party."""
        return (self.asked_of, self.asked_of_id) == (party.kind, party.id)


def open_requests(session: Session, case: Case) -> list[InfoRequest]:
    """Return the questions that the case waits on, the newest first."""
    return list(session.scalars(_unanswered(case)))


def open_request(session: Session, case: Case) -> InfoRequest | None:
    """Return the newest question that the case waits on, if any."""
    return session.scalars(_unanswered(case).limit(1)).first()


def _unanswered(case: Case) -> Select[InfoRequest]:
    return (
        select(InfoRequest)
        .where(InfoRequest.case_id == case.id)
        .where(InfoRequest.answered_at.is_(None), InfoRequest.withdrawn_at.is_(None))
        .order_by(InfoRequest.id.desc())
    )
