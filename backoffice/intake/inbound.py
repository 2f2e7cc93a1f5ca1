"""Which e-mails came in, so that the same one twice is one, and what became of each."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now


class Outcome(StrEnum):
    """What became of an e-mail."""

    OPENED = "opened"  # a new ticket
    ADDED = "added"  # to the thread it answers
    AUTOMATIC = "automatic"  # kept in its thread, answered by nobody
    BOUNCED = "bounced"  # a mail of ours came back
    DROPPED = "dropped"  # automatic, and about no thread of ours


class InboundMail(Identified, Base):
    """One e-mail that was taken."""

    __tablename__ = "inbound_mail"
    __table_args__ = (
        CheckConstraint(
            "outcome in ('opened', 'added', 'automatic', 'bounced', 'dropped')", name="outcome"
        ),
        Index("ix_inbound_mail_from", "from_email", "received_at"),
    )
    digest: Mapped[str] = mapped_column(unique=True, info=marked(Personal.NONE))
    message_id: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    from_email: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    size_bytes: Mapped[int] = mapped_column(Integer)
    received_at: Mapped[datetime] = mapped_column(default=now)
    outcome: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    ticket_message_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_message.id"))
