"""What moved at Stripe, payouts, and how each move stands to the books."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "balance_sweep",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("complete_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_balance_sweep_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balance_sweep")),
    )
    op.create_table(
        "recon_balance",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("stripe_minor", sa.BigInteger(), nullable=False),
        sa.Column("stripe_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("txns_minor", sa.BigInteger(), nullable=False),
        sa.Column("ledger_minor", sa.BigInteger(), nullable=False),
        sa.Column("ledger_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("currency", name=op.f("pk_recon_balance")),
    )
    op.create_table(
        "stripe_balance_txn",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("reporting_category", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("available_on", sa.Date(), nullable=False),
        sa.Column("payout_id", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fee_details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "amount_minor - fee_minor = net_minor", name=op.f("ck_stripe_balance_txn_net")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_balance_txn")),
    )
    op.create_index(
        "ix_stripe_balance_txn_created", "stripe_balance_txn", ["created_at"], unique=False
    )
    op.create_index(
        "ix_stripe_balance_txn_payout", "stripe_balance_txn", ["payout_id"], unique=False
    )
    op.create_table(
        "payout",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("arrives_on", sa.Date(), nullable=False),
        sa.Column("reconciliation_status", sa.Text(), nullable=False),
        sa.Column("failure_code", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("banked_on", sa.Date(), nullable=True),
        sa.Column("bank_reference", sa.Text(), nullable=False),
        sa.Column("banked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("banked_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status in ('pending', 'in_transit', 'paid', 'failed', 'canceled')",
            name=op.f("ck_payout_status"),
        ),
        sa.CheckConstraint(
            "(banked_on is null) = (banked_by_id is null)", name=op.f("ck_payout_banked")
        ),
        sa.ForeignKeyConstraint(
            ["banked_by_id"], ["staff.id"], name=op.f("fk_payout_banked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout")),
    )
    op.create_index("ix_payout_created", "payout", ["created_at", "id"], unique=False)
    op.create_table(
        "recon_match",
        sa.Column("txn_id", sa.Text(), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("stripe_minor", sa.BigInteger(), nullable=False),
        sa.Column("ledger_minor", sa.BigInteger(), nullable=False),
        sa.Column("difference_minor", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state <> 'explained' or reason <> ''", name=op.f("ck_recon_match_explained")
        ),
        sa.CheckConstraint(
            "state <> 'matched' or difference_minor = 0", name=op.f("ck_recon_match_matched")
        ),
        sa.CheckConstraint(
            "state in ('differs', 'missing_in_ledger', 'missing_at_stripe', 'explained',"
            " 'matched')",
            name=op.f("ck_recon_match_state"),
        ),
        sa.CheckConstraint(
            "difference_minor = ledger_minor - stripe_minor", name=op.f("ck_recon_match_difference")
        ),
        sa.CheckConstraint(
            "txn_id is not null or entry_id is not null", name=op.f("ck_recon_match_sides")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_recon_match_by_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entry.id"], name=op.f("fk_recon_match_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["txn_id"], ["stripe_balance_txn.id"], name=op.f("fk_recon_match_txn_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recon_match")),
        sa.UniqueConstraint(
            "entry_id", deferrable=True, initially="DEFERRED", name=op.f("uq_recon_match_entry_id")
        ),
        sa.UniqueConstraint(
            "txn_id", deferrable=True, initially="DEFERRED", name=op.f("uq_recon_match_txn_id")
        ),
    )
    op.create_index(
        "ix_recon_match_left",
        "recon_match",
        ["currency", "state"],
        unique=False,
        postgresql_where=sa.text("state <> 'matched'"),
    )
    op.create_index("ix_recon_match_moved", "recon_match", ["moved_at", "id"], unique=False)
    op.create_index("ix_recon_match_source", "recon_match", ["source_id"], unique=False)
    op.create_index(
        "ix_recon_match_state", "recon_match", ["state", "moved_at", "id"], unique=False
    )
    op.create_table(
        "recon_adjustment",
        sa.Column("match_id", sa.BigInteger(), nullable=False),
        sa.Column("account_code", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'confirmed') = (entry_id is not null)", name=op.f("ck_recon_adjustment_entry")
        ),
        sa.CheckConstraint(
            "state in ('asked', 'confirmed', 'sent_back', 'cancelled')",
            name=op.f("ck_recon_adjustment_state"),
        ),
        sa.CheckConstraint(
            "state not in ('confirmed', 'sent_back')"
            " or coalesce(answered_by_id <> asked_by_id, false)",
            name=op.f("ck_recon_adjustment_two_persons"),
        ),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_recon_adjustment_amount_minor")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["staff.id"], name=op.f("fk_recon_adjustment_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["staff.id"], name=op.f("fk_recon_adjustment_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entry.id"], name=op.f("fk_recon_adjustment_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["match_id"], ["recon_match.id"], name=op.f("fk_recon_adjustment_match_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recon_adjustment")),
    )
    op.create_index(
        "ix_recon_adjustment_asked",
        "recon_adjustment",
        ["match_id"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_index("ix_recon_adjustment_match", "recon_adjustment", ["match_id"], unique=False)


def downgrade() -> None:
    raise RuntimeError("who explained which difference is not forgotten")
