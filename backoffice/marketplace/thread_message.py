"""Messages between a buyer and a seller, thread by thread."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.core.base import Base, Personal, marked
from backoffice.marketplace.user_text import UserTextColumns, restore, set_status

__all__ = ["ThreadMessage", "restore", "set_status"]


class ThreadMessage(UserTextColumns, Base):
    """One message, named by the marketplace's own identifier."""

    __tablename__ = "thread_message"
    __table_args__ = (
        CheckConstraint("status in ('shown', 'removed')", name="status"),
        CheckConstraint("side in ('buyer', 'seller')", name="side"),
        Index("ix_thread_message_thread", "seller_id", "thread", "sent_at"),
        Index("ix_thread_message_order", "seller_id", "order", "sent_at"),
        Index("ix_thread_message_buyer", "sent_at", "id", postgresql_where=sql("side = 'buyer'")),
    )
    thread: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    side: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    sent_at: Mapped[datetime]
