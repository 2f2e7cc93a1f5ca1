"""What sellers were told of their listings: each digest, and the decisions it told."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now


class Digest(Identified, Base):
    """One e-mail about one submission; its table of decisions can be made again from the lines."""

    __tablename__ = "listing_digest"
    submission_id: Mapped[int] = mapped_column(ForeignKey("listing_submission.id"), index=True)
    told_at: Mapped[datetime] = mapped_column(default=now)


class DigestLine(Base):
    """One decision as a digest told it; its key makes sure that none is told twice."""

    __tablename__ = "listing_digest_line"
    __table_args__ = (
        Index("ix_listing_digest_line_digest", "digest_id"),
        Index("ix_listing_digest_line_revision", "revision_id"),
    )
    decision_id: Mapped[int] = mapped_column(
        ForeignKey("decision.id"), primary_key=True, autoincrement=False
    )
    digest_id: Mapped[int] = mapped_column(ForeignKey("listing_digest.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("listing_revision.id"))
    title: Mapped[str] = mapped_column(info=marked(Personal.PARTY))  # as it was then
    replaces: Mapped[bool]  # what an earlier digest told of the same revision
    link_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("portal_link.id"))
