"""The tables of reconciliation: what moved at Stripe, payouts, and how each stands to the books."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.billing.ledger_model import JournalEntry
from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.staff.model import Staff


class StripeBalanceTxn(Base):
    """One move of our balance at Stripe, named by Stripe's own id; cents of its currency."""

    __tablename__ = "stripe_balance_txn"
    __table_args__ = (
        CheckConstraint("amount_minor - fee_minor = net_minor", name="net"),
        Index("ix_stripe_balance_txn_payout", "payout_id"),
        Index("ix_stripe_balance_txn_created", "created_at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, info=marked(Personal.NONE))
    account: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))  # none: ours
    type: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    reporting_category: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    fee_minor: Mapped[int] = mapped_column(BigInteger)
    net_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(info=marked(Personal.NONE))  # upper case, as ours
    available_on: Mapped[date] = mapped_column(Date)  # in Paris
    # Known once Stripe says which payout took it: no object tells it.
    payout_id: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))
    source_id: Mapped[str] = mapped_column(info=marked(Personal.NONE))  # empty: of no object
    created_at: Mapped[datetime]
    fee_details: Mapped[list[Any]] = mapped_column(JSONB, info=marked(Personal.NONE))
    # How often its object was asked of Stripe because the books lacked it, and when last.
    tries: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    tried_at: Mapped[datetime | None]


class BalanceSweep(Base):
    """How far the transactions of our balance were read: one row; a broken sweep goes on there."""

    __tablename__ = "balance_sweep"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True, default=1, autoincrement=False)
    since: Mapped[datetime | None]  # where this sweep ends, which goes back in time
    began_at: Mapped[datetime | None]  # none: no sweep is going on
    after: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))  # the last one read
    complete_at: Mapped[datetime | None]  # all that was made before is read


class ReconBalance(Base):
    """Our balance of one currency as Stripe and the books last had it, in its minor units."""

    __tablename__ = "recon_balance"
    currency: Mapped[str] = mapped_column(primary_key=True, info=marked(Personal.NONE))
    stripe_minor: Mapped[int] = mapped_column(BigInteger)
    stripe_seen_at: Mapped[datetime]
    txns_minor: Mapped[int] = mapped_column(BigInteger)  # the sum of all transactions read
    ledger_minor: Mapped[int] = mapped_column(BigInteger)
    ledger_seen_at: Mapped[datetime]


class Payout(Base):
    """One payout to our bank as Stripe last told it, and the bank's own line once it is known."""

    __tablename__ = "payout"
    __table_args__ = (
        CheckConstraint(
            "status in ('pending', 'in_transit', 'paid', 'failed', 'canceled')", name="status"
        ),
        CheckConstraint("(banked_on is null) = (banked_by_id is null)", name="banked"),
        Index("ix_payout_created", "created_at", "id"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, info=marked(Personal.NONE))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    status: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    automatic: Mapped[bool] = mapped_column(Boolean)
    arrives_on: Mapped[date] = mapped_column(Date)
    reconciliation_status: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    failure_code: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    created_at: Mapped[datetime]
    told_at: Mapped[datetime]
    listed_at: Mapped[datetime | None]  # when its transactions were read
    banked_on: Mapped[date | None] = mapped_column(Date)
    bank_reference: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))
    banked_at: Mapped[datetime | None]
    banked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    banked_by: Mapped[Staff | None] = relationship()


class MatchState(StrEnum):
    """How a move at Stripe stands to the books; the first three are to be explained."""

    DIFFERS = "differs"
    MISSING_IN_LEDGER = "missing_in_ledger"
    MISSING_AT_STRIPE = "missing_at_stripe"
    EXPLAINED = "explained"
    MATCHED = "matched"


OPEN = (MatchState.DIFFERS, MatchState.MISSING_IN_LEDGER, MatchState.MISSING_AT_STRIPE)


class ReconMatch(Identified, Base):
    """A move at Stripe beside its entry of the books, or one of them alone; in cents.

    Every transaction and every entry on account 517 is in exactly one row. `ledger_minor` is what
    the books moved, adjusting entries included; a difference is the books' less Stripe's.
    """

    __tablename__ = "recon_match"
    __table_args__ = (
        CheckConstraint(
            "state in ('differs', 'missing_in_ledger', 'missing_at_stripe', 'explained',"
            " 'matched')",
            name="state",
        ),
        CheckConstraint("difference_minor = ledger_minor - stripe_minor", name="difference"),
        CheckConstraint("state <> 'matched' or difference_minor = 0", name="matched"),
        CheckConstraint("state <> 'explained' or reason <> ''", name="explained"),
        CheckConstraint("txn_id is not null or entry_id is not null", name="sides"),
        # Two rows become one in a single statement.
        UniqueConstraint("txn_id", deferrable=True, initially="DEFERRED"),
        UniqueConstraint("entry_id", deferrable=True, initially="DEFERRED"),
        Index("ix_recon_match_state", "state", "moved_at", "id"),
        Index("ix_recon_match_moved", "moved_at", "id"),
        Index("ix_recon_match_source", "source_id"),
        Index(
            "ix_recon_match_left", "currency", "state", postgresql_where=sql("state <> 'matched'")
        ),
    )
    txn_id: Mapped[str | None] = mapped_column(
        ForeignKey("stripe_balance_txn.id"), info=marked(Personal.NONE)
    )
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entry.id"))
    source_id: Mapped[str] = mapped_column(info=marked(Personal.NONE))  # Stripe's object
    state: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    currency: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    stripe_minor: Mapped[int] = mapped_column(BigInteger)
    ledger_minor: Mapped[int] = mapped_column(BigInteger)
    difference_minor: Mapped[int] = mapped_column(BigInteger)
    moved_at: Mapped[datetime]  # at Stripe, or else the day of the entry
    at: Mapped[datetime]  # since when it stands so; of an entry alone, when it was posted
    reason: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    txn: Mapped[StripeBalanceTxn | None] = relationship(lazy="joined")
    entry: Mapped[JournalEntry | None] = relationship(lazy="joined")
    by: Mapped[Staff | None] = relationship(lazy="joined")
    adjustments: Mapped[list["ReconAdjustment"]] = relationship(
        back_populates="match", order_by="ReconAdjustment.id"
    )


class AdjustmentState(StrEnum):
    """How far an adjusting entry got that somebody asked for."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    SENT_BACK = "sent_back"
    CANCELLED = "cancelled"


class ReconAdjustment(Identified, Base):
    """An adjusting entry that one person asks for and another confirms; in cents, as on 517."""

    __tablename__ = "recon_adjustment"
    __table_args__ = (
        CheckConstraint("state in ('asked', 'confirmed', 'sent_back', 'cancelled')", name="state"),
        CheckConstraint(
            "state not in ('confirmed', 'sent_back')"
            " or coalesce(answered_by_id <> asked_by_id, false)",
            name="two_persons",
        ),
        CheckConstraint("(state = 'confirmed') = (entry_id is not null)", name="entry"),
        CheckConstraint("amount_minor <> 0", name="amount_minor"),
        Index(
            "ix_recon_adjustment_asked",
            "match_id",
            unique=True,
            postgresql_where=sql("state = 'asked'"),
        ),
        Index("ix_recon_adjustment_match", "match_id"),
    )
    match_id: Mapped[int] = mapped_column(ForeignKey("recon_match.id"))
    account_code: Mapped[str] = mapped_column(info=marked(Personal.NONE))  # against 517
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    reason: Mapped[str] = mapped_column(info=marked(Personal.FREE))
    state: Mapped[str] = mapped_column(default=AdjustmentState.ASKED, info=marked(Personal.NONE))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    answer: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entry.id"))

    match: Mapped[ReconMatch] = relationship(back_populates="adjustments")
    asked_by: Mapped[Staff] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[Staff | None] = relationship(foreign_keys=[answered_by_id])
