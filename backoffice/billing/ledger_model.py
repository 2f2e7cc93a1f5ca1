"""The tables of the ledger: accounts, entries, their lines and seals, the months of the books.

The database itself guards them: see the migrations.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    FetchedValue,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.marketplace.order import Order


class LedgerAccount(Identified, Base):
    """One account of the French chart (PCG); of funds that we hold, one for each seller."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        UniqueConstraint("code", "currency", "seller_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("code ~ '^[1-8][0-9]{2,7}$'", name="code"),
        CheckConstraint("normal_side in ('debit', 'credit')", name="normal_side"),
        CheckConstraint("book in ('main', 'memo')", name="book"),
        Index("ix_ledger_account_seller", "seller_id"),
    )
    code: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    name_fr: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    name_en: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    normal_side: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("seller.id"))  # the auxiliary
    currency: Mapped[str] = mapped_column(default="EUR", info=marked(Personal.NONE))
    book: Mapped[str] = mapped_column(default="main", info=marked(Personal.NONE))


class JournalEntry(Base):
    """One entry, posted whole in one transaction and never changed: corrected by reversal only."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("ix_journal_entry_order", "order_id"),
        Index("ix_journal_entry_source", "source_type", "source_id"),
        Index("ix_journal_entry_posted", "posted_at", "id"),
        Index("ix_journal_entry_booked", "booked_on"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    journal: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    idem_key: Mapped[str] = mapped_column(unique=True, info=marked(Personal.NONE))
    digest: Mapped[str] = mapped_column(info=marked(Personal.NONE))  # of all that was asked for
    kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    occurred_on: Mapped[date] = mapped_column(Date)  # in Paris
    # The day in the books, by a trigger: the same, or the first day of the next month that is open.
    booked_on: Mapped[date] = mapped_column(Date, FetchedValue())
    source_type: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    source_id: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    piece_ref: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    posted_at: Mapped[datetime] = mapped_column(default=now)
    posted_by: Mapped[str] = mapped_column(default="system", info=marked(Personal.NONE))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("shop_order.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    # The transaction that wrote it, by a trigger: no later one may add a line.
    posted_tx: Mapped[int] = mapped_column(BigInteger, FetchedValue())

    order: Mapped[Order | None] = relationship()
    lines: Mapped[list["LedgerLine"]] = relationship(
        order_by="LedgerLine.id", back_populates="entry", lazy="selectin"
    )


class LedgerLine(Identified, Base):
    """One account moved by an entry: debits are positive, credits negative, in cents."""

    __tablename__ = "ledger_line"
    __table_args__ = (
        CheckConstraint("amount_minor <> 0", name="amount_minor"),
        Index("ix_ledger_line_entry", "entry_id"),
        Index("ix_ledger_line_account", "account_id", "id"),
    )
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("journal_entry.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(info=marked(Personal.NONE))

    entry: Mapped[JournalEntry] = relationship(back_populates="lines")
    account: Mapped[LedgerAccount] = relationship(lazy="joined")


class JournalSeal(Identified, Base):
    """The number of an entry in its journal, without gaps, and its link in the journal's chain.

    Given by one sealing job after the fact, so that posting never waits in line (CGI ann. III
    art. 410-4: the numbers of the FEC have neither gap nor break).
    """

    __tablename__ = "journal_seal"
    __table_args__ = (UniqueConstraint("journal", "seq"),)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    journal: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    seq: Mapped[int] = mapped_column(BigInteger)
    prev_mac: Mapped[bytes] = mapped_column(LargeBinary, info=marked(Personal.NONE))
    mac: Mapped[bytes] = mapped_column(LargeBinary, info=marked(Personal.NONE))
    sealed_at: Mapped[datetime] = mapped_column(default=now)

    entry: Mapped[JournalEntry | None] = relationship(lazy="joined")


class PeriodState(StrEnum):
    """How far the books of a month are: a locked one may be opened again, a closed one never."""

    OPEN = "open"
    LOCKED = "locked"
    CLOSED = "closed"


class AccountingPeriod(Base):
    """A month of the books; one that has no row is open."""

    __tablename__ = "accounting_period"
    __table_args__ = (
        CheckConstraint("extract(day from month) = 1", name="month"),
        CheckConstraint("state in ('open', 'locked', 'closed')", name="state"),
    )
    month: Mapped[date] = mapped_column(Date, primary_key=True)  # its first day
    state: Mapped[str] = mapped_column(default=PeriodState.OPEN, info=marked(Personal.NONE))
    entries: Mapped[int] = mapped_column(default=0)  # that were in it when it was closed
    digest: Mapped[bytes | None] = mapped_column(LargeBinary, info=marked(Personal.NONE))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
