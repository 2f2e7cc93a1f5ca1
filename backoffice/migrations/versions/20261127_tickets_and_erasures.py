"""Tickets with their threads, erasure requests, and what an erasure leaves."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create sequence case_number_tic")
    op.execute("create sequence case_number_del")
    op.create_table(
        "canned_reply",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label_fr", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_reply")),
        sa.UniqueConstraint("code", "starts_at", name=op.f("uq_canned_reply_code_starts_at")),
    )
    op.create_table(
        "macro",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label_fr", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_macro")),
        sa.UniqueConstraint("code", "starts_at", name=op.f("uq_macro_code_starts_at")),
    )
    op.create_table(
        "pseudonym_key",
        sa.Column("party_kind", sa.Text(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("key_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pseudonym_key")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_pseudonym_key_pseudonym")),
    )
    op.create_index(
        "ix_pseudonym_key_party", "pseudonym_key", ["party_kind", "party_id"], unique=True
    )
    op.create_table(
        "retention",
        sa.Column("party_kind", sa.Text(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("data_class", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("action in ('restrict', 'keep')", name=op.f("ck_retention_action")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention")),
    )
    op.create_index("ix_retention_party", "retention", ["party_kind", "party_id"], unique=False)
    op.create_index(
        "ix_retention_until",
        "retention",
        ["until"],
        unique=False,
        postgresql_where=sa.text("purged_at is null"),
    )
    op.create_table(
        "erasure",
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("party_kind", sa.Text(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("identity_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("identity_how", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=False),
        sa.Column("authority_order", sa.Text(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("refused_classes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("executed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "identity in ('unverified', 'asked', 'verified', 'doubtful', 'failed')",
            name=op.f("ck_erasure_identity"),
        ),
        sa.CheckConstraint("kind in ('close', 'erase', 'both')", name=op.f("ck_erasure_kind")),
        sa.CheckConstraint(
            "party_kind in ('seller', 'buyer', 'notifier', 'person')",
            name=op.f("ck_erasure_party_kind"),
        ),
        sa.CheckConstraint(
            "stage in ('received', 'scheduled', 'executed', 'completed', 'refused', 'withdrawn')",
            name=op.f("ck_erasure_stage"),
        ),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_erasure_seller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("external_id", name=op.f("uq_erasure_external_id")),
    )
    op.create_index(
        "ix_erasure_at_work",
        "erasure",
        ["id"],
        unique=False,
        postgresql_where=sa.text("stage in ('scheduled', 'executed')"),
    )
    op.create_index("ix_erasure_party", "erasure", ["party_kind", "party_id"], unique=False)
    op.create_table(
        "retained_value",
        sa.Column("retention_id", sa.BigInteger(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("value_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["retention_id"], ["retention.id"], name=op.f("fk_retained_value_retention_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retained_value")),
    )
    op.create_index("ix_retained_value_retention", "retained_value", ["retention_id"], unique=False)
    op.create_table(
        "seller_note",
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_seller_note_seller_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_seller_note_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seller_note")),
    )
    op.create_index("ix_seller_note_seller", "seller_note", ["seller_id", "id"], unique=False)
    op.create_index(
        "ix_outbox_to",
        "outbox",
        ["to_address", "id"],
        unique=False,
        postgresql_where=sa.text("channel = 'mail'"),
    )
    op.create_table(
        "draft",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_draft_case_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_draft_staff_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "presence",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_presence_case_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_presence_staff_id")),
        sa.PrimaryKeyConstraint("case_id", "staff_id", name=op.f("pk_presence")),
    )
    op.create_table(
        "ticket",
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("requester_kind", sa.Text(), nullable=False),
        sa.Column("requester_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_reply_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.Column("rating_comment", sa.Text(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(requester_kind = 'person') = (requester_id is null)", name=op.f("ck_ticket_requester")
        ),
        sa.CheckConstraint(
            "requester_kind in ('seller', 'buyer', 'person')", name=op.f("ck_ticket_requester_kind")
        ),
        sa.CheckConstraint("(rating is null) = (rated_at is null)", name=op.f("ck_ticket_rated")),
        sa.CheckConstraint("rating in (1, 2, 3, 4, 5)", name=op.f("ck_ticket_rating")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["ticket.id"], name=op.f("fk_ticket_merged_into_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_ticket_order_id")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_ticket_seller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("external_id", name=op.f("uq_ticket_external_id")),
    )
    op.create_index(
        "ix_ticket_email", "ticket", [sa.literal_column("lower(email)"), "id"], unique=False
    )
    op.create_index(
        "ix_ticket_merged",
        "ticket",
        ["merged_into_id"],
        unique=False,
        postgresql_where=sa.text("merged_into_id is not null"),
    )
    op.create_index(
        "ix_ticket_order",
        "ticket",
        ["order_id"],
        unique=False,
        postgresql_where=sa.text("order_id is not null"),
    )
    op.create_index(
        "ix_ticket_requester", "ticket", ["requester_kind", "requester_id", "id"], unique=False
    )
    op.create_table(
        "ticket_message",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_email", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("quoted", sa.Text(), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "channel in ('api', 'portal', 'email', 'staff')", name=op.f("ck_ticket_message_channel")
        ),
        sa.CheckConstraint("direction in ('in', 'out')", name=op.f("ck_ticket_message_direction")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_ticket_message_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_ticket_message_staff_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_message_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_message")),
        sa.UniqueConstraint("external_id", name=op.f("uq_ticket_message_external_id")),
    )
    op.create_index(
        "ix_ticket_message_ticket", "ticket_message", ["ticket_id", "at", "id"], unique=False
    )
    op.create_table(
        "inbound_mail",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("from_email", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("ticket_message_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "outcome in ('opened', 'added', 'automatic', 'bounced', 'dropped')",
            name=op.f("ck_inbound_mail_outcome"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_inbound_mail_case_id")),
        sa.ForeignKeyConstraint(
            ["ticket_message_id"],
            ["ticket_message.id"],
            name=op.f("fk_inbound_mail_ticket_message_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_mail")),
        sa.UniqueConstraint("digest", name=op.f("uq_inbound_mail_digest")),
    )
    op.create_index(
        "ix_inbound_mail_from", "inbound_mail", ["from_email", "received_at"], unique=False
    )
    op.create_table(
        "ticket_message_file",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("attachment_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_ticket_message_file_attachment_id")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["ticket_message.id"], name=op.f("fk_ticket_message_file_message_id")
        ),
        sa.PrimaryKeyConstraint("message_id", "attachment_id", name=op.f("pk_ticket_message_file")),
    )
    op.drop_constraint(op.f("ck_reason_ground"), "reason")
    op.create_check_constraint(
        op.f("ck_reason_ground"), "reason", "ground in ('illegal', 'terms', 'exception')"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_reason_ground"), "reason")
    op.create_check_constraint(op.f("ck_reason_ground"), "reason", "ground in ('illegal', 'terms')")
    op.drop_table("ticket_message_file")
    op.drop_index("ix_inbound_mail_from", table_name="inbound_mail")
    op.drop_table("inbound_mail")
    op.drop_index("ix_ticket_message_ticket", table_name="ticket_message")
    op.drop_table("ticket_message")
    op.drop_index("ix_ticket_requester", table_name="ticket")
    op.drop_index(
        "ix_ticket_order", table_name="ticket", postgresql_where=sa.text("order_id is not null")
    )
    op.drop_index(
        "ix_ticket_merged",
        table_name="ticket",
        postgresql_where=sa.text("merged_into_id is not null"),
    )
    op.drop_index("ix_ticket_email", table_name="ticket")
    op.drop_table("ticket")
    op.drop_table("presence")
    op.drop_table("draft")
    op.drop_index("ix_outbox_to", table_name="outbox", postgresql_where=sa.text("channel = 'mail'"))
    op.drop_index("ix_seller_note_seller", table_name="seller_note")
    op.drop_table("seller_note")
    op.drop_index("ix_retained_value_retention", table_name="retained_value")
    op.drop_table("retained_value")
    op.drop_index("ix_erasure_party", table_name="erasure")
    op.drop_index(
        "ix_erasure_at_work",
        table_name="erasure",
        postgresql_where=sa.text("stage in ('scheduled', 'executed')"),
    )
    op.drop_table("erasure")
    op.drop_index(
        "ix_retention_until", table_name="retention", postgresql_where=sa.text("purged_at is null")
    )
    op.drop_index("ix_retention_party", table_name="retention")
    op.drop_table("retention")
    op.drop_index("ix_pseudonym_key_party", table_name="pseudonym_key")
    op.drop_table("pseudonym_key")
    op.drop_table("macro")
    op.drop_table("canned_reply")
    op.execute("drop sequence case_number_tic")
    op.execute("drop sequence case_number_del")
