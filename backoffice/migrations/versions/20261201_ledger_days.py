"""Sums of the ledger by account and day."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_day",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("code", "currency", "kind")),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("debit_minor", sa.BigInteger(), nullable=False),
        sa.Column("credit_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", "currency", "kind", "day", name=op.f("pk_ledger_day")),
    )
    op.create_index(op.f("ix_ledger_day_day"), "ledger_day", ["day"], unique=False)
    op.create_table(
        "ledger_day_mark",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seal_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_day_mark")),
    )


def downgrade() -> None:
    op.drop_table("ledger_day_mark")
    op.drop_table("ledger_day")
