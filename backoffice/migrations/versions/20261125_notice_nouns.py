"""Reviews, messages, notifiers, rights with their holders and mandates, sanctions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notifier",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("trusted_dsc", sa.Text(), nullable=False),
        sa.Column("trusted_area", sa.Text(), nullable=False),
        sa.Column("trusted_status", sa.Text(), nullable=True),
        sa.Column("trusted_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("upheld_count", sa.Integer(), nullable=False),
        sa.Column("dismissed_count", sa.Integer(), nullable=False),
        sa.Column("unfounded_count", sa.Integer(), nullable=False),
        sa.Column("suspended_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(kind <> 'trusted_flagger') or (trusted_status is not null)",
            name=op.f("ck_notifier_flag"),
        ),
        sa.CheckConstraint(
            "kind in ('individual', 'entity', 'trusted_flagger', 'authority')",
            name=op.f("ck_notifier_kind"),
        ),
        sa.CheckConstraint(
            "trusted_status in ('active', 'suspended', 'revoked')", name=op.f("ck_notifier_trusted")
        ),
        sa.CheckConstraint(
            "upheld_count >= 0 and dismissed_count >= 0 and unfounded_count >= 0",
            name=op.f("ck_notifier_counts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifier")),
        sa.UniqueConstraint("email", name=op.f("uq_notifier_email")),
    )
    op.create_table(
        "right_holder",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_right_holder")),
        sa.UniqueConstraint("name_key", "country", name=op.f("uq_right_holder_name_key_country")),
    )
    op.create_table(
        "ip_right",
        sa.Column("holder_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("territories", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("classes", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("images", postgresql.ARRAY(sa.BigInteger()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind in ('trademark', 'copyright', 'design', 'patent', 'geographical_indication')",
            name=op.f("ck_ip_right_kind"),
        ),
        sa.CheckConstraint(
            "1 <= all(classes) and 45 >= all(classes)", name=op.f("ck_ip_right_classes")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["right_holder.id"], name=op.f("fk_ip_right_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["staff.id"], name=op.f("fk_ip_right_verified_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ip_right")),
    )
    op.create_index(op.f("ix_ip_right_holder_id"), "ip_right", ["holder_id"], unique=False)
    op.create_index(
        "uq_ip_right_number",
        "ip_right",
        ["kind", "register", "number"],
        unique=True,
        postgresql_where=sa.text("number <> ''"),
    )
    op.create_index(
        "uq_ip_right_unnumbered",
        "ip_right",
        ["holder_id", "kind", "sign"],
        unique=True,
        postgresql_where=sa.text("number = ''"),
    )
    op.create_table(
        "mandate",
        sa.Column("notifier_id", sa.BigInteger(), nullable=False),
        sa.Column("holder_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("role in ('owner', 'agent')", name=op.f("ck_mandate_role")),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["right_holder.id"], name=op.f("fk_mandate_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["notifier_id"], ["notifier.id"], name=op.f("fk_mandate_notifier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
        sa.UniqueConstraint(
            "notifier_id", "holder_id", "role", name=op.f("uq_mandate_notifier_id_holder_id_role")
        ),
    )
    op.create_index(op.f("ix_mandate_holder_id"), "mandate", ["holder_id"], unique=False)
    op.create_table(
        "thread_message",
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("order", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("side in ('buyer', 'seller')", name=op.f("ck_thread_message_side")),
        sa.CheckConstraint("status in ('shown', 'removed')", name=op.f("ck_thread_message_status")),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_thread_message_seller_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_message")),
        sa.UniqueConstraint("external_id", name=op.f("uq_thread_message_external_id")),
    )
    op.create_index(
        "ix_thread_message_thread",
        "thread_message",
        ["seller_id", "thread", "sent_at"],
        unique=False,
    )
    op.create_table(
        "review",
        sa.Column("listing_id", sa.BigInteger(), nullable=True),
        sa.Column("rating", sa.SmallInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("order", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status in ('shown', 'removed')", name=op.f("ck_review_status")),
        sa.CheckConstraint("rating between 1 and 5", name=op.f("ck_review_rating")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_review_listing_id")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_review_seller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("external_id", name=op.f("uq_review_external_id")),
    )
    op.create_index(op.f("ix_review_listing_id"), "review", ["listing_id"], unique=False)
    op.create_index("ix_review_seller", "review", ["seller_id", "written_at"], unique=False)
    op.create_table(
        "sanction",
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("weight", sa.SmallInteger(), nullable=False),
        sa.Column("reason_codes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("factors", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("exception", sa.Text(), nullable=False),
        sa.Column("proof", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(kind <> 'suspension') or (ends_at > starts_at)", name=op.f("ck_sanction_suspension")
        ),
        sa.CheckConstraint(
            "(kind <> 'termination') or (effective_at is not null)",
            name=op.f("ck_sanction_effective"),
        ),
        sa.CheckConstraint(
            "exception in ('', 'legal_obligation', 'imperative_reason', 'repeated_infringement')",
            name=op.f("ck_sanction_exception"),
        ),
        sa.CheckConstraint(
            "kind in ('warning', 'strike', 'suspension', 'termination')",
            name=op.f("ck_sanction_kind"),
        ),
        sa.CheckConstraint(
            "subject_kind in ('seller', 'notifier')", name=op.f("ck_sanction_subject_kind")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_sanction_case_id")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_sanction_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanction")),
    )
    op.create_index(op.f("ix_sanction_case_id"), "sanction", ["case_id"], unique=False)
    op.create_index("ix_sanction_decision", "sanction", ["decision_id"], unique=False)
    op.create_index(
        "ix_sanction_subject", "sanction", ["subject_kind", "subject_id", "id"], unique=False
    )
    op.create_index(
        "ix_sanction_to_apply",
        "sanction",
        ["effective_at"],
        unique=False,
        postgresql_where=sa.text(
            "kind = 'termination' and applied_at is null and lifted_at is null"
        ),
    )
    op.create_index(
        "ix_sanction_to_end",
        "sanction",
        ["ends_at"],
        unique=False,
        postgresql_where=sa.text("kind = 'suspension' and ended_at is null and lifted_at is null"),
    )


def downgrade() -> None:
    raise RuntimeError("tables that hold decisions are not dropped")
