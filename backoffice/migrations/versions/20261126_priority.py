"""The order of a queue: due first, and of those due at once the least rank first."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

IN_ORDER = ["due_at", "rank", "id"]
# Of two that cost the same the planner takes the later: a claim wants “next” rather than “all”.
INDEXES = {
    "ix_cases_all": (["queue"], None),
    "ix_cases_due": (["queue"], "state <> 'closed'"),
    "ix_cases_next": (["queue"], "state = 'open'"),
    "ix_cases_held": (["queue"], "state = 'held'"),
    "ix_cases_kind": (["queue", "kind"], "kind <> 'new'"),
    "ix_cases_seller": (["seller_id", "queue"], None),
}


def upgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, table_name="cases")
    # What was greater for who goes first becomes least: all columns of the order ascend.
    op.execute("update cases set priority = -priority where priority <> 0")
    op.alter_column("cases", "priority", new_column_name="rank")
    for name, (columns, where) in INDEXES.items():
        op.create_index(
            name,
            "cases",
            [*columns, *IN_ORDER],
            unique=False,
            postgresql_where=sa.text(where) if where else None,
        )


def downgrade() -> None:
    raise RuntimeError("tables that hold decisions are not dropped")
