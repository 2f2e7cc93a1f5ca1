"""What sellers were reminded of: once each."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.core.base import Base, Personal, marked
from backoffice.core.clock import now


class OrderReminder(Base):
    """That a seller was told of an order: not shipped, or not delivered."""

    __tablename__ = "order_reminder"
    __table_args__ = (CheckConstraint("kind in ('not_shipped', 'not_delivered')", name="kind"),)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True, info=marked(Personal.NONE))
    sent_at: Mapped[datetime] = mapped_column(default=now)


class MessageReminder(Base):
    """That a seller was told of a message of a buyer that waits for an answer."""

    __tablename__ = "message_reminder"
    message_id: Mapped[int] = mapped_column(ForeignKey("thread_message.id"), primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(default=now)
