"""Listings, their revisions, submissions, imports and pictures; categories, brands and rules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create sequence case_number_lst")
    op.create_table(
        "category",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label_fr", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("aliases", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("needs_safety_contact", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "policy in ('open', 'restricted', 'forbidden')", name=op.f("ck_category_policy")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("code", "starts_at", name=op.f("uq_category_code_starts_at")),
    )
    op.create_table(
        "listing_rule",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("categories", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind in ('term', 'delivery_cost', 'price_low', 'brand_likeness', 'image_distance')",
            name=op.f("ck_listing_rule_kind"),
        ),
        sa.CheckConstraint("outcome in ('fail', 'warn')", name=op.f("ck_listing_rule_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_rule")),
        sa.UniqueConstraint("code", "starts_at", name=op.f("uq_listing_rule_code_starts_at")),
    )
    op.create_table(
        "picture",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("phash", sa.BigInteger(), nullable=True),
        sa.Column("bands", postgresql.ARRAY(sa.Integer()), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("thumbnail_key", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state in ('pending', 'ready', 'failed')", name=op.f("ck_picture_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("url_sha256", name=op.f("uq_picture_url_sha256")),
    )
    op.create_index("ix_picture_bands", "picture", ["bands"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_picture_pending",
        "picture",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index("ix_picture_sha256", "picture", ["sha256"], unique=False)
    op.create_table(
        "protected_brand",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("classes", sa.Text(), nullable=False),
        sa.Column("authorised", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protected_brand")),
        sa.UniqueConstraint("name", "starts_at", name=op.f("uq_protected_brand_name_starts_at")),
    )
    op.create_table(
        "import_mapping",
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("headers_sha256", sa.Text(), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_import_mapping_seller_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint(
            "seller_id", "headers_sha256", name=op.f("uq_import_mapping_seller_id_headers_sha256")
        ),
    )
    op.create_table(
        "listing",
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("variant_offers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("gtin", sa.Text(), nullable=True),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("live_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status in ('proposed', 'live', 'suspended', 'withdrawn')",
            name=op.f("ck_listing_status"),
        ),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_listing_price_minor")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_listing_quantity")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_listing_seller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint(
            "seller_id", "external_id", name=op.f("uq_listing_seller_id_external_id")
        ),
    )
    op.create_index(
        "ix_listing_gtin",
        "listing",
        ["gtin"],
        unique=False,
        postgresql_where=sa.text("gtin is not null"),
    )
    op.create_table(
        "listing_submission",
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("told_day", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "channel in ('api', 'import', 'portal', 'staff')",
            name=op.f("ck_listing_submission_channel"),
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_listing_submission_seller_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_submission")),
    )
    op.create_index(
        op.f("ix_listing_submission_seller_id"), "listing_submission", ["seller_id"], unique=False
    )
    op.create_index(
        "uq_listing_submission_day",
        "listing_submission",
        ["seller_id", "channel", "day"],
        unique=True,
        postgresql_where=sa.text("channel <> 'import'"),
    )
    op.create_table(
        "listing_digest",
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["listing_submission.id"],
            name=op.f("fk_listing_digest_submission_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_digest")),
    )
    op.create_index(
        op.f("ix_listing_digest_submission_id"), "listing_digest", ["submission_id"], unique=False
    )
    op.create_table(
        "listing_import",
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("dialect", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_created", sa.Integer(), nullable=False),
        sa.Column("rows_updated", sa.Integer(), nullable=False),
        sa.Column("rows_unchanged", sa.Integer(), nullable=False),
        sa.Column("rows_refused", sa.Integer(), nullable=False),
        sa.Column("bytes_read", sa.BigInteger(), nullable=False),
        sa.Column("lines_read", sa.Integer(), nullable=False),
        sa.Column("cancel_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state in ('draft', 'queued', 'running', 'done', 'cancelled', 'failed')",
            name=op.f("ck_listing_import_state"),
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_listing_import_seller_id")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["listing_submission.id"],
            name=op.f("fk_listing_import_submission_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_import")),
    )
    op.create_index(
        op.f("ix_listing_import_seller_id"), "listing_import", ["seller_id"], unique=False
    )
    op.create_table(
        "import_reference",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["listing_import.id"], name=op.f("fk_import_reference_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "external_id", name=op.f("pk_import_reference")),
    )
    op.create_table(
        "import_row_error",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("said", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["listing_import.id"], name=op.f("fk_import_row_error_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row_error")),
    )
    op.create_index(
        "ix_import_row_error_import", "import_row_error", ["import_id", "line", "id"], unique=False
    )
    op.create_table(
        "listing_revision",
        sa.Column("listing_id", sa.BigInteger(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("gtin", sa.Text(), nullable=True),
        sa.Column("gtin_entered", sa.Text(), nullable=False),
        sa.Column("images", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("variants", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("safety", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("untold_decision_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_revision_listing_id")
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_listing_revision_seller_id")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["listing_submission.id"],
            name=op.f("fk_listing_revision_submission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["untold_decision_id"],
            ["decision.id"],
            name=op.f("fk_listing_revision_untold_decision_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_revision")),
        sa.UniqueConstraint(
            "listing_id", "number", name=op.f("uq_listing_revision_listing_id_number")
        ),
    )
    op.create_index(
        "ix_listing_revision_gtin",
        "listing_revision",
        ["gtin"],
        unique=False,
        postgresql_where=sa.text("gtin is not null"),
    )
    op.create_index(
        "ix_listing_revision_submission", "listing_revision", ["submission_id", "id"], unique=False
    )
    op.create_index(
        "ix_listing_revision_untold",
        "listing_revision",
        ["submission_id"],
        unique=False,
        postgresql_where=sa.text("untold_decision_id is not null"),
    )
    op.create_table(
        "listing_digest_line",
        sa.Column("decision_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest_id", sa.BigInteger(), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("replaces", sa.Boolean(), nullable=False),
        sa.Column("link_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_listing_digest_line_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["listing_digest.id"], name=op.f("fk_listing_digest_line_digest_id")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["portal_link.id"], name=op.f("fk_listing_digest_line_link_id")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["listing_revision.id"],
            name=op.f("fk_listing_digest_line_revision_id"),
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_listing_digest_line")),
    )
    op.create_index(
        "ix_listing_digest_line_digest", "listing_digest_line", ["digest_id"], unique=False
    )
    op.create_index(
        "ix_listing_digest_line_revision", "listing_digest_line", ["revision_id"], unique=False
    )
    op.create_table(
        "revision_picture",
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("picture_id", sa.BigInteger(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["picture.id"], name=op.f("fk_revision_picture_picture_id")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["listing_revision.id"], name=op.f("fk_revision_picture_revision_id")
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_revision_picture_seller_id")
        ),
        sa.PrimaryKeyConstraint("revision_id", "position", name=op.f("pk_revision_picture")),
    )
    op.create_index(
        "ix_revision_picture_picture", "revision_picture", ["picture_id", "seller_id"], unique=False
    )
    op.drop_index(op.f("ix_cases_seller_id"), table_name="cases")
    op.create_index(
        "ix_cases_kind",
        "cases",
        ["queue", "kind", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("kind <> 'new'"),
    )
    op.create_index(
        "ix_cases_seller", "cases", ["seller_id", "queue", "due_at", "id"], unique=False
    )
    op.create_foreign_key("fk_listing_live", "listing", "listing_revision", ["live_id"], ["id"])


def downgrade() -> None:
    raise RuntimeError("tables that hold decisions are not dropped")
