"""Finding the payouts of a seller's own account that are under way."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_stripe_object_payout_under_way",
        "stripe_object",
        [sa.text("(payload ->> 'account'::text)")],
        postgresql_where=sa.text("type = 'payout' and status in ('pending', 'in_transit')"),
    )


def downgrade() -> None:
    op.drop_index("ix_stripe_object_payout_under_way", table_name="stripe_object")
