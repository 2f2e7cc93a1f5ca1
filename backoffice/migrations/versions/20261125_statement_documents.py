"""The PDF of a statement of reasons as it was sent: where its bytes are kept, and their hash."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("statement", sa.Column("document_key", sa.Text(), nullable=True))
    op.add_column("statement", sa.Column("document_sha256", sa.Text(), nullable=True))
    op.create_index("ix_statement_document_key", "statement", ["document_key"], unique=False)


def downgrade() -> None:
    raise RuntimeError("what was sent is not forgotten")
