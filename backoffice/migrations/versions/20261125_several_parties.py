"""Cases with several parties: whose a question, a file and a statement are."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("info_request", sa.Column("asked_of_id", sa.BigInteger(), nullable=True))
    # A question and the link to answer it were made by the same decision.
    op.execute(
        "update info_request set asked_of_id = portal_link.party_id from portal_link"
        " where portal_link.decision_id = info_request.decision_id"
        " and portal_link.scope = 'answer'"
    )
    op.alter_column("info_request", "asked_of_id", nullable=False)
    op.add_column("attachment", sa.Column("sent_by", sa.Text(), nullable=False, server_default=""))
    op.alter_column("attachment", "sent_by", server_default=None)
    for name in ("measure", "target"):
        op.add_column("statement", sa.Column(name, sa.Text(), nullable=False, server_default=""))
        op.alter_column("statement", name, server_default=None)
