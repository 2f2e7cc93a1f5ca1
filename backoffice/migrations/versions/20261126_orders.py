"""Orders and their buyers, disputes about them, refunds, and what Stripe tells."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create sequence case_number_dis")
    op.create_table(
        "buyer",
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyer")),
        sa.UniqueConstraint("external_id", name=op.f("uq_buyer_external_id")),
    )
    op.create_table(
        "stripe_event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("api_version", sa.Text(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('pending', 'applied', 'ignored', 'failed')",
            name=op.f("ck_stripe_event_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_event")),
    )
    op.create_index(
        "ix_stripe_event_pending",
        "stripe_event",
        ["created", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "shop_order",
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("buyer_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("return_address", sa.Text(), nullable=False),
        sa.Column("charge", sa.Text(), nullable=True),
        sa.Column("charge_type", sa.Text(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("tracking_number", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "charge_type in ('destination', 'direct')", name=op.f("ck_shop_order_charge_type")
        ),
        sa.CheckConstraint("total_minor > 0", name=op.f("ck_shop_order_total_minor")),
        sa.ForeignKeyConstraint(["buyer_id"], ["buyer.id"], name=op.f("fk_shop_order_buyer_id")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_shop_order_seller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_order")),
        sa.UniqueConstraint("external_id", name=op.f("uq_shop_order_external_id")),
    )
    op.create_index(
        "ix_shop_order_buyer", "shop_order", ["buyer_id", "ordered_at", "id"], unique=False
    )
    op.create_index(
        "ix_shop_order_charge",
        "shop_order",
        ["charge"],
        unique=False,
        postgresql_where=sa.text("charge is not null"),
    )
    op.create_index(
        "ix_shop_order_seller", "shop_order", ["seller_id", "ordered_at", "id"], unique=False
    )
    op.create_index(
        "ix_shop_order_undelivered",
        "shop_order",
        ["paid_at", "id"],
        unique=False,
        postgresql_where=sa.text(
            "paid_at is not null and delivered_at is null and cancelled_at is null"
        ),
    )
    op.create_index(
        "ix_shop_order_unpaid",
        "shop_order",
        ["ordered_at", "id"],
        unique=False,
        postgresql_where=sa.text("paid_at is null and cancelled_at is null"),
    )
    op.create_index(
        "ix_shop_order_unshipped",
        "shop_order",
        ["paid_at", "id"],
        unique=False,
        postgresql_where=sa.text(
            "paid_at is not null and shipped_at is null and delivered_at is null"
            " and cancelled_at is null"
        ),
    )
    op.create_table(
        "dispute",
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("buyer_id", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("lines", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("grounds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_dispute_amount_minor")),
        sa.ForeignKeyConstraint(["buyer_id"], ["buyer.id"], name=op.f("fk_dispute_buyer_id")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_dispute_order_id")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_dispute_seller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("external_id", name=op.f("uq_dispute_external_id")),
    )
    op.create_index("ix_dispute_buyer", "dispute", ["buyer_id", "claimed_at"], unique=False)
    op.create_index("ix_dispute_order", "dispute", ["order_id"], unique=False)
    op.create_index("ix_dispute_seller", "dispute", ["seller_id", "claimed_at"], unique=False)
    op.create_table(
        "order_event",
        sa.Column("order_external_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "type in ('paid', 'shipped', 'delivered', 'return_requested', 'return_shipped',"
            " 'returned', 'cancelled')",
            name=op.f("ck_order_event_type"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_order.id"], name=op.f("fk_order_event_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_event")),
        sa.UniqueConstraint(
            "order_external_id", "type", "at", name=op.f("uq_order_event_order_external_id_type_at")
        ),
    )
    op.create_index("ix_order_event_order", "order_event", ["order_id", "at"], unique=False)
    op.create_table(
        "stripe_object",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("charge", sa.Text(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_order.id"], name=op.f("fk_stripe_object_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_object")),
    )
    op.create_index("ix_stripe_object_charge", "stripe_object", ["charge", "type"], unique=False)
    op.create_index("ix_stripe_object_order", "stripe_object", ["order_id", "type"], unique=False)
    op.create_index(
        "ix_stripe_object_chargeback",
        "stripe_object",
        ["status", "told_at"],
        unique=False,
        postgresql_where=sa.text("type = 'dispute'"),
    )
    op.create_table(
        "refund",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stripe_id", sa.Text(), nullable=True),
        sa.Column("failure_code", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("return_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind in ('seller', 'goodwill', 'compensation')", name=op.f("ck_refund_kind")
        ),
        sa.CheckConstraint(
            "state in ('awaiting_return', 'owed', 'requested', 'succeeded', 'failed', 'cancelled')",
            name=op.f("ck_refund_state"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_amount_minor")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_refund_case_id")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_refund_decision_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_refund_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_refund_order_id_number")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_refund_stripe_id")),
    )
    op.create_index("ix_refund_case", "refund", ["case_id"], unique=False)
    op.create_index("ix_refund_state", "refund", ["state", "id"], unique=False)
    op.create_table(
        "order_line",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("listing_external_id", sa.Text(), nullable=False),
        sa.Column("listing_id", sa.BigInteger(), nullable=True),
        sa.Column("revision_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_quantity")),
        sa.CheckConstraint("total_minor >= 0", name=op.f("ck_order_line_total_minor")),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_order_line_listing_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_order.id"], name=op.f("fk_order_line_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["listing_revision.id"], name=op.f("fk_order_line_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint(
            "order_id", "external_id", name=op.f("uq_order_line_order_id_external_id")
        ),
    )
    op.create_index("ix_order_line_listing", "order_line", ["listing_id"], unique=False)
    op.create_table(
        "commission",
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
        sa.Column("base_minor", sa.BigInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("vat_minor", sa.BigInteger(), nullable=False),
        sa.Column("vat_bp", sa.Integer(), nullable=False),
        sa.Column("refund_rule", sa.Text(), nullable=False),
        sa.Column("kept_minor_max", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(refund_rule = 'capped') = (kept_minor_max is not null)",
            name=op.f("ck_commission_kept_minor_max"),
        ),
        sa.CheckConstraint(
            "refund_rule in ('proportional', 'kept', 'capped')",
            name=op.f("ck_commission_refund_rule"),
        ),
        sa.CheckConstraint("net_minor + vat_minor = gross_minor", name=op.f("ck_commission_vat")),
        sa.CheckConstraint("rate_bp between 0 and 10000", name=op.f("ck_commission_rate_bp")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_commission_order_line_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_commission_plan_id")),
        sa.PrimaryKeyConstraint("order_line_id", name=op.f("pk_commission")),
    )
    op.create_table(
        "order_reminder",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('not_shipped', 'not_delivered')", name=op.f("ck_order_reminder_kind")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_order.id"], name=op.f("fk_order_reminder_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "kind", name=op.f("pk_order_reminder")),
    )
    op.create_table(
        "message_reminder",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["thread_message.id"], name=op.f("fk_message_reminder_message_id")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_reminder")),
    )
    op.create_index(
        "ix_thread_message_buyer",
        "thread_message",
        ["sent_at", "id"],
        unique=False,
        postgresql_where=sa.text("side = 'buyer'"),
    )
    op.create_index(
        "ix_thread_message_order", "thread_message", ["seller_id", "order", "sent_at"], unique=False
    )
    op.create_index("ix_buyer_email", "buyer", [sa.text("lower(email)")], unique=False)


def downgrade() -> None:
    raise RuntimeError("what money was owed is not forgotten")
