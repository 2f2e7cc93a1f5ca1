"""What an erasure leaves: the key of a pseudonym, what is kept by law, and until when."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now


class PseudonymKey(Identified, Base):
    """The key of one party's pseudonym; without it nobody can tell whose it was (GDPR 4(5))."""

    __tablename__ = "pseudonym_key"
    __table_args__ = (Index("ix_pseudonym_key_party", "party_kind", "party_id", unique=True),)
    party_kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    party_id: Mapped[int] = mapped_column(BigInteger)
    pseudonym: Mapped[str] = mapped_column(unique=True, info=marked(Personal.NONE))
    key_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary, info=marked(Personal.SECRET))
    created_at: Mapped[datetime] = mapped_column(default=now)
    destroyed_at: Mapped[datetime | None]


class Retention(Identified, Base):
    """One class of a party's data that was kept at its erasure, and the day it goes."""

    __tablename__ = "retention"
    __table_args__ = (
        CheckConstraint("action in ('restrict', 'keep')", name="action"),
        Index("ix_retention_party", "party_kind", "party_id"),
        Index("ix_retention_until", "until", postgresql_where=sql("purged_at is null")),
    )
    party_kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    party_id: Mapped[int] = mapped_column(BigInteger)
    data_class: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    action: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    since: Mapped[date] = mapped_column(Date)  # the day from which the length counts
    until: Mapped[date] = mapped_column(Date)  # the last day it is kept
    items: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    purged_at: Mapped[datetime | None]


class RetainedValue(Identified, Base):
    """One value that the law has us keep, out of everybody's sight but those who need it."""

    __tablename__ = "retained_value"
    __table_args__ = (Index("ix_retained_value_retention", "retention_id"),)
    retention_id: Mapped[int] = mapped_column(ForeignKey("retention.id"))
    table_name: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    row_id: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    column_name: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    value_encrypted: Mapped[bytes] = mapped_column(LargeBinary, info=marked(Personal.PARTY))
