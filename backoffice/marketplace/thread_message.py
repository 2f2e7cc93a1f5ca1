"""Messages between a buyer and a seller, thread by thread."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.core.base import Base, Personal, marked
from backoffice.marketplace.user_text import UserTextColumns, restore, set_status

__all__ = ["ThreadMessage", "messages_about", "restore", "set_status"]

SHOWN_MAX = 100


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


def messages_about(session: Session, seller_id: int, order: str) -> Sequence[ThreadMessage]:
    """Return what a buyer and a seller wrote about an order, the newest hundred in their turn."""
    newest = session.scalars(
        select(ThreadMessage)
        .where(ThreadMessage.seller_id == seller_id, ThreadMessage.order == order)
        .order_by(ThreadMessage.sent_at.desc(), ThreadMessage.id.desc())
        .limit(SHOWN_MAX)
    ).all()
    return newest[::-1]
