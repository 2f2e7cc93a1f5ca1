"""Lines may be written by the statement that writes their entry: they are looked at after it.

What looks before each row does not see what the same statement inserts beside it.
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TRIGGER = (
    "create trigger ledger_line_in_one_go {when} insert on ledger_line"
    " for each row execute function ledger_line_in_one_go()"
)


def upgrade() -> None:
    """Look after the statement; what is refused then is undone with it."""
    _look("after")


def downgrade() -> None:
    """Look before each row again."""
    _look("before")


def _look(when: str) -> None:
    op.execute("drop trigger ledger_line_in_one_go on ledger_line")
    op.execute(TRIGGER.format(when=when))
