"""The erasure: a request to close an account, to erase personal data, or both."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.party import Party
from backoffice.core.text import N_
from backoffice.marketplace.seller import Seller


class Kind(StrEnum):
    """What is asked: the end of the account, the erasure of data (GDPR art. 17), or both."""

    CLOSE = "close"
    ERASE = "erase"
    BOTH = "both"


KINDS = {
    Kind.CLOSE: N_("Close the account"),
    Kind.ERASE: N_("Erase personal data"),
    Kind.BOTH: N_("Close the account and erase personal data"),
}


class Identity(StrEnum):
    """Whether the holder of the account was seen to be the one who asks."""

    UNVERIFIED = "unverified"
    ASKED = "asked"  # a link is on its way to the account's own address
    VERIFIED = "verified"
    DOUBTFUL = "doubtful"  # more was asked for
    FAILED = "failed"  # the holder said that it was somebody else, or showed nothing


IDENTITIES = {
    Identity.UNVERIFIED: N_("Not verified"),
    Identity.ASKED: N_("Confirmation asked for by e-mail"),
    Identity.VERIFIED: N_("Verified"),
    Identity.DOUBTFUL: N_("Doubtful: more was asked for"),
    Identity.FAILED: N_("Not the holder of the account"),
}


class Stage(StrEnum):
    """How far a request is; the decision stands between `received` and `scheduled`."""

    RECEIVED = "received"
    SCHEDULED = "scheduled"  # accepted: waits for its letter, and for what stands in its way
    EXECUTED = "executed"  # done but for its own case, until the last letter has left
    COMPLETED = "completed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


STAGES = {
    Stage.RECEIVED: N_("Received"),
    Stage.SCHEDULED: N_("Scheduled"),
    Stage.EXECUTED: N_("Executed"),
    Stage.COMPLETED: N_("Completed"),
    Stage.REFUSED: N_("Refused"),
    Stage.WITHDRAWN: N_("Withdrawn"),
}


class Erasure(Identified, Base):
    """One request about the account or the data of a seller, a buyer, a notifier or a person."""

    __tablename__ = "erasure"
    __table_args__ = (
        CheckConstraint("kind in ('close', 'erase', 'both')", name="kind"),
        CheckConstraint(
            "party_kind in ('seller', 'buyer', 'notifier', 'person')", name="party_kind"
        ),
        CheckConstraint(
            "identity in ('unverified', 'asked', 'verified', 'doubtful', 'failed')",
            name="identity",
        ),
        CheckConstraint(
            "stage in ('received', 'scheduled', 'executed', 'completed', 'refused', 'withdrawn')",
            name="stage",
        ),
        Index("ix_erasure_party", "party_kind", "party_id"),
        Index("ix_erasure_at_work", "id",
              postgresql_where=sql("stage in ('scheduled', 'executed')")),
    )  # fmt: skip
    external_id: Mapped[str | None] = mapped_column(unique=True, info=marked(Personal.PARTY))
    kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    # Whose account; a person without one is named by the ticket that the request came in.
    party_kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    party_id: Mapped[int] = mapped_column(BigInteger)
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("seller.id"))
    name: Mapped[str] = mapped_column(info=marked(Personal.PARTY))  # of the account
    email: Mapped[str] = mapped_column(info=marked(Personal.PARTY))  # of the account
    locale: Mapped[str] = mapped_column(default="fr", info=marked(Personal.NONE))
    # Who asked, where it was not the account's own address.
    asked_by: Mapped[str] = mapped_column(default="", info=marked(Personal.PARTY))
    words: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))  # as written
    identity: Mapped[str] = mapped_column(default=Identity.UNVERIFIED, info=marked(Personal.NONE))
    identity_at: Mapped[datetime | None]
    identity_how: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))  # link, staff
    received_at: Mapped[datetime] = mapped_column(default=now)
    extended_at: Mapped[datetime | None]
    extension_reason: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))
    # An order of an authority to keep everything: in the way until it is lifted.
    authority_order: Mapped[str | None] = mapped_column(info=marked(Personal.FREE))
    stage: Mapped[str] = mapped_column(default=Stage.RECEIVED, info=marked(Personal.NONE))
    # What was granted: classes of data of `config/retention.json` that are left out.
    refused_classes: Mapped[list[str]] = mapped_column(
        JSONB, default=list, info=marked(Personal.NONE)
    )
    scheduled_at: Mapped[datetime | None]
    executed_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB, info=marked(Personal.NONE))

    seller: Mapped[Seller | None] = relationship(lazy="joined")

    @property
    def title(self) -> str:
        """Return what the account is called."""
        return self.seller.display_name if self.seller else self.name

    @property
    def party(self) -> Party:
        """Return whose account or data it is about."""
        return Party(self.party_kind, self.party_id, self.name, self.email, self.locale)
