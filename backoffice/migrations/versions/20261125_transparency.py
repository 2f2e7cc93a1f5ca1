"""What is declared of each statement of reasons to the European transparency database."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transparency_entry",
        sa.Column("statement_id", sa.BigInteger(), nullable=False),
        sa.Column("puid", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why_not", sa.Text(), nullable=True),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("uuid", sa.Text(), nullable=True),
        sa.Column("response", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state in ('draft', 'not_applicable', 'queued', 'accepted', 'rejected')",
            name=op.f("ck_transparency_entry_state"),
        ),
        sa.CheckConstraint(
            "(state = 'not_applicable') = (why_not is not null)",
            name=op.f("ck_transparency_entry_why_not"),
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_transparency_entry_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transparency_entry")),
        sa.UniqueConstraint("puid", name=op.f("uq_transparency_entry_puid")),
        sa.UniqueConstraint("statement_id", name=op.f("uq_transparency_entry_statement_id")),
    )
    op.create_index(
        "ix_transparency_entry_decided", "transparency_entry", ["decided_at", "id"], unique=False
    )
    op.create_index(
        "ix_transparency_entry_draft",
        "transparency_entry",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'draft'"),
    )


def downgrade() -> None:
    raise RuntimeError("tables that hold decisions are not dropped")
