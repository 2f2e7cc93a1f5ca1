"""Finding the events of an object of Stripe's."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    named = sa.text("(((payload -> 'data'::text) -> 'object'::text) ->> 'id'::text)")
    op.create_index("ix_stripe_event_object", "stripe_event", [named])


def downgrade() -> None:
    op.drop_index("ix_stripe_event_object", table_name="stripe_event")
