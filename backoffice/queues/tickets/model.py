"""The ticket: what somebody asked support, and the thread of messages that follows."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.files import Attachment
from backoffice.core.party import Party
from backoffice.core.text import N_
from backoffice.marketplace.order import Order
from backoffice.marketplace.seller import Seller


class Category(StrEnum):
    """What a ticket is about."""

    REGISTRATION = "registration"
    LISTING = "listing"
    ORDER = "order"
    REFUND = "refund"
    PAYMENT = "payment"
    ACCESS = "access"
    REPORT = "report"
    DELETION = "deletion"
    DECISION = "decision"
    OTHER = "other"


CATEGORIES = {
    Category.REGISTRATION: N_("Registration"),
    Category.LISTING: N_("Listings"),
    Category.ORDER: N_("Orders and delivery"),
    Category.REFUND: N_("Refunds"),
    Category.PAYMENT: N_("Payments and fees"),
    Category.ACCESS: N_("Access and passwords"),
    Category.REPORT: N_("Reports of content"),
    Category.DELETION: N_("Account and data deletion"),
    Category.DECISION: N_("A decision of ours"),
    Category.OTHER: N_("Something else"),
}


class Ticket(Identified, Base):
    """One question to support, asked by a seller, a buyer, or a person we only know by e-mail."""

    __tablename__ = "ticket"
    __table_args__ = (
        CheckConstraint("requester_kind in ('seller', 'buyer', 'person')", name="requester_kind"),
        CheckConstraint("(requester_kind = 'person') = (requester_id is null)", name="requester"),
        CheckConstraint("rating in (1, 2, 3, 4, 5)", name="rating"),
        CheckConstraint("(rating is null) = (rated_at is null)", name="rated"),
        Index("ix_ticket_requester", "requester_kind", "requester_id", "id"),
        Index("ix_ticket_email", sql("lower(email)"), "id"),
        Index("ix_ticket_order", "order_id", postgresql_where=sql("order_id is not null")),
        Index("ix_ticket_merged", "merged_into_id",
              postgresql_where=sql("merged_into_id is not null")),
    )  # fmt: skip
    # The marketplace's number; what came by e-mail or was written by the staff has none.
    external_id: Mapped[str | None] = mapped_column(unique=True, info=marked(Personal.PARTY))
    subject: Mapped[str] = mapped_column(info=marked(Personal.FREE))
    category: Mapped[str] = mapped_column(default=Category.OTHER, info=marked(Personal.NONE))
    requester_kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    requester_id: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    email: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    locale: Mapped[str] = mapped_column(default="fr", info=marked(Personal.NONE))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("seller.id"))  # whom it concerns
    order_id: Mapped[int | None] = mapped_column(ForeignKey("shop_order.id"))
    received_at: Mapped[datetime] = mapped_column(default=now)
    first_reply_at: Mapped[datetime | None]  # of a person of ours, to the requester
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    rating: Mapped[int | None] = mapped_column(SmallInteger)  # 1 (bad) to 5 (good)
    rating_comment: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))
    rated_at: Mapped[datetime | None]

    seller: Mapped[Seller | None] = relationship(lazy="joined")
    order: Mapped[Order | None] = relationship()

    if TYPE_CHECKING:
        last_at: Mapped[
            datetime | None
        ]  # of the newest message; mapped below, where the messages are

    @property
    def requester(self) -> Party:
        """Return who asked; a person without an account goes by the ticket's own number."""
        number = self.id if self.requester_id is None else self.requester_id
        return Party(self.requester_kind, number, self.name, self.email, self.locale)


class TicketMessage(Identified, Base):
    """One message of a ticket's thread, of the requester or of ours; a copy of what was sent."""

    __tablename__ = "ticket_message"
    __table_args__ = (
        CheckConstraint("direction in ('in', 'out')", name="direction"),
        CheckConstraint("channel in ('api', 'portal', 'email', 'staff')", name="channel"),
        Index("ix_ticket_message_ticket", "ticket_id", "at", "id"),
    )
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    direction: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    channel: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    at: Mapped[datetime] = mapped_column(default=now)
    author_name: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))
    # Where another address than the requester's wrote, that address.
    author_email: Mapped[str] = mapped_column(default="", info=marked(Personal.PARTY))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # of an outgoing one
    body: Mapped[str] = mapped_column(info=marked(Personal.FREE))
    quoted: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))  # folded away
    is_automatic: Mapped[bool] = mapped_column(default=False)  # out-of-office, bounce
    external_id: Mapped[str | None] = mapped_column(unique=True, info=marked(Personal.PARTY))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))  # that sent it
    withdrawn_at: Mapped[datetime | None]  # taken back before it left

    files: Mapped[list[Attachment]] = relationship(
        secondary="ticket_message_file", order_by=Attachment.id, viewonly=True
    )


class TicketMessageFile(Base):
    """A file that came with a message."""

    __tablename__ = "ticket_message_file"
    message_id: Mapped[int] = mapped_column(ForeignKey("ticket_message.id"), primary_key=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), primary_key=True)


Ticket.last_at = column_property(
    select(func.max(TicketMessage.at))
    .where(TicketMessage.ticket_id == Ticket.id, TicketMessage.withdrawn_at.is_(None))
    .scalar_subquery(),
    deferred=True,
)
