"""The appeal: one party's complaint against one decision (DSA art. 20, P2B art. 11)."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.decision import Decision, Statement
from backoffice.core.party import Party


class Appeal(Identified, Base):
    """What a party says against a decision; a decision is contested once by each party."""

    __tablename__ = "appeal"
    __table_args__ = (UniqueConstraint("decision_id", "party_kind", "party_id"),)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    first_case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("seller.id"))
    party_kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    party_id: Mapped[int] = mapped_column(BigInteger)
    party_name: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    party_email: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    locale: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    text: Mapped[str] = mapped_column(info=marked(Personal.FREE))
    # Numbers of the statements it contests, of those that the party was given; none: all of them.
    measures: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list)
    received_at: Mapped[datetime] = mapped_column(default=now)

    decision: Mapped[Decision] = relationship(lazy="joined", innerjoin=True)
    first_case: Mapped[Case] = relationship(lazy="joined", innerjoin=True)

    @property
    def contested(self) -> list[Statement]:
        """Return the statements that it contests."""
        told = self.decision.told(self.party_kind, self.party_id)
        return [one for one in told if one.id in self.measures] or told

    @property
    def party(self) -> Party:
        """Return the appellant, as it was when it contested."""
        return Party(self.party_kind, self.party_id, self.party_name, self.party_email, self.locale)
