"""Appeals against some of the measures of a decision."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "appeal",
        sa.Column(
            "measures", postgresql.ARRAY(sa.BigInteger()), nullable=False, server_default="{}"
        ),
    )
    op.alter_column("appeal", "measures", server_default=None)
