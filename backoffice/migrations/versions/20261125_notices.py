"""Notices, what they are about; listings by their own number alone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create sequence case_number_not")
    op.create_index("ix_listing_external_id", "listing", ["external_id"])
    op.create_table(
        "notice",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("notifier_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("is_proven", sa.Boolean(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("good_faith_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("right_id", sa.BigInteger(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("infringes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("test_purchase", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=True),
        sa.Column("content_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notifier_id"], ["notifier.id"], name=op.f("fk_notice_notifier_id")
        ),
        sa.ForeignKeyConstraint(["right_id"], ["ip_right.id"], name=op.f("fk_notice_right_id")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_notice_seller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_content", "notice", ["content_sha256"], unique=False)
    op.create_index(op.f("ix_notice_notifier_id"), "notice", ["notifier_id"], unique=False)
    op.create_index(op.f("ix_notice_right_id"), "notice", ["right_id"], unique=False)
    op.create_table(
        "notice_target",
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("typed", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=True),
        sa.Column("listing_id", sa.BigInteger(), nullable=True),
        sa.Column("review_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(seller_id is null) = (kind = 'unknown')", name=op.f("ck_notice_target_seller")
        ),
        sa.CheckConstraint(
            "kind in ('listing', 'seller', 'review', 'message', 'unknown')",
            name=op.f("ck_notice_target_kind"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(listing_id, review_id, message_id)"
            " = (kind in ('listing', 'review', 'message'))::int",
            name=op.f("ck_notice_target_one"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_notice_target_listing_id")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["thread_message.id"], name=op.f("fk_notice_target_message_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_target_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_notice_target_review_id")
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_notice_target_seller_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_target")),
    )
    op.create_index("ix_notice_target_listing", "notice_target", ["listing_id"], unique=False)
    op.create_index("ix_notice_target_notice", "notice_target", ["notice_id"], unique=False)
    op.create_index("ix_notice_target_seller", "notice_target", ["seller_id"], unique=False)
