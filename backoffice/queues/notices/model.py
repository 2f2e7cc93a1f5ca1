"""The notice: somebody says that something here is against the law or our terms (DSA art. 16)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.text import N_
from backoffice.marketplace.listing import Listing
from backoffice.marketplace.notifier import Notifier
from backoffice.marketplace.review import Review
from backoffice.marketplace.right import Right
from backoffice.marketplace.seller import Seller
from backoffice.marketplace.thread_message import ThreadMessage


class NoticeKind(StrEnum):
    """What a notice says is wrong."""

    TRADEMARK = "trademark"
    COPYRIGHT = "copyright"
    DESIGN = "design"
    PATENT = "patent"
    COUNTERFEIT = "counterfeit"
    DANGEROUS = "dangerous"
    ILLEGAL = "illegal"
    CHILD_ABUSE = "child_abuse"  # may be reported without a name (DSA art. 16(2)(c))
    BEHAVIOUR = "behaviour"
    EXTRA_CHARGE = "extra_charge"
    REVIEW = "review"
    MESSAGE = "message"


KINDS = {
    NoticeKind.TRADEMARK: N_("Trademark"),
    NoticeKind.COPYRIGHT: N_("Copyright or image"),
    NoticeKind.DESIGN: N_("Design"),
    NoticeKind.PATENT: N_("Patent"),
    NoticeKind.COUNTERFEIT: N_("Counterfeit"),
    NoticeKind.DANGEROUS: N_("Dangerous product"),
    NoticeKind.ILLEGAL: N_("Illegal product or content"),
    NoticeKind.CHILD_ABUSE: N_("Sexual abuse of children"),
    NoticeKind.BEHAVIOUR: N_("Incorrect behaviour"),
    NoticeKind.EXTRA_CHARGE: N_("Extra charge asked"),
    NoticeKind.REVIEW: N_("A review"),
    NoticeKind.MESSAGE: N_("A message"),
}
RIGHTS = frozenset(
    {
        NoticeKind.TRADEMARK,
        NoticeKind.COPYRIGHT,
        NoticeKind.DESIGN,
        NoticeKind.PATENT,
        NoticeKind.COUNTERFEIT,
    }
)
"""The kinds that invoke a right."""

URGENT = frozenset({NoticeKind.DANGEROUS, NoticeKind.CHILD_ABUSE})
INFRINGES = {
    "product": N_("The product itself"),
    "packaging": N_("Its packaging"),
    "image": N_("A picture"),
    "text": N_("The title or the text"),
}


class TargetKind(StrEnum):
    """What a notice is about."""

    LISTING = "listing"
    SELLER = "seller"
    REVIEW = "review"
    MESSAGE = "message"
    UNKNOWN = "unknown"  # nothing here was found under what was typed


class Notice(Identified, Base):
    """One report from outside, as it came."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_content", "content_sha256"),)
    kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    notifier_id: Mapped[int | None] = mapped_column(ForeignKey("notifier.id"), index=True)
    # As given with this notice; the register of notifiers keeps what came first.
    name: Mapped[str] = mapped_column(default="", info=marked(Personal.PARTY))
    email: Mapped[str] = mapped_column(default="", info=marked(Personal.PARTY))
    organisation: Mapped[str] = mapped_column(default="", info=marked(Personal.PARTY))
    locale: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    # Whether who sent it showed that the address is theirs: typing one proves nothing.
    is_proven: Mapped[bool]
    explanation: Mapped[str] = mapped_column(info=marked(Personal.FREE))
    good_faith_at: Mapped[datetime]
    right_id: Mapped[int | None] = mapped_column(ForeignKey("ip_right.id"), index=True)
    role: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))  # owner, agent
    infringes: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, info=marked(Personal.NONE)
    )
    test_purchase: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))
    # The seller where all targets are one's.
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("seller.id"))
    content_sha256: Mapped[bytes] = mapped_column(LargeBinary, info=marked(Personal.NONE))
    repeats: Mapped[int] = mapped_column(default=0)  # how often the same came again meanwhile
    received_at: Mapped[datetime] = mapped_column(default=now)

    notifier: Mapped[Notifier | None] = relationship(lazy="joined")
    right: Mapped[Right | None] = relationship()
    targets: Mapped[list["NoticeTarget"]] = relationship(
        order_by="NoticeTarget.position", back_populates="notice", lazy="selectin"
    )

    @property
    def is_privileged(self) -> bool:
        """Tell whether it goes before others: from an authority or a trusted flagger, shown so."""
        return self.is_proven and self.notifier is not None and self.notifier.is_privileged


class NoticeTarget(Identified, Base):
    """One thing that a notice is about, and what was decided of it."""

    __tablename__ = "notice_target"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(listing_id, review_id, message_id)"
            " = (kind in ('listing', 'review', 'message'))::int",
            name="one",
        ),
        CheckConstraint("(seller_id is null) = (kind = 'unknown')", name="seller"),
        CheckConstraint(
            "kind in ('listing', 'seller', 'review', 'message', 'unknown')", name="kind"
        ),
        Index("ix_notice_target_notice", "notice_id"),
        Index("ix_notice_target_seller", "seller_id"),
        Index("ix_notice_target_listing", "listing_id"),
    )
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    typed: Mapped[str] = mapped_column(info=marked(Personal.FREE))  # how the notifier named it
    title: Mapped[str] = mapped_column(default="", info=marked(Personal.PARTY))  # as found then
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("seller.id"))
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"))
    review_id: Mapped[int | None] = mapped_column(ForeignKey("review.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("thread_message.id"))
    # The measure that the decision took against it; empty: none; null: not decided.
    outcome: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))

    notice: Mapped[Notice] = relationship(back_populates="targets")
    seller: Mapped[Seller | None] = relationship(lazy="joined")
    listing: Mapped[Listing | None] = relationship(lazy="joined")
    review: Mapped[Review | None] = relationship(lazy="joined")
    message: Mapped[ThreadMessage | None] = relationship(lazy="joined")

    @property
    def ref(self) -> str:
        """Return how statements name it: "listing:42"."""
        number = self.listing_id or self.review_id or self.message_id or self.seller_id
        return f"{self.kind}:{number}"
