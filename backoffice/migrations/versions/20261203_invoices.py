"""Invoices and credit notes: never changed, adding up, with their files beside them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# Asked at the commit: a line that is added to an invoice of before breaks its sum as well.
ADDS_UP = """
create function invoice_adds_up() returns trigger language plpgsql as $$
declare
  id_ bigint := case tg_table_name when 'invoice' then new.id
    else (to_jsonb(new) ->> 'invoice_id')::bigint end;
begin
  if not exists (
    select from invoice one join invoice_line line on line.invoice_id = one.id
    where one.id = id_ group by one.id
    having sum(line.net_minor) = one.net_minor and sum(line.vat_minor) = one.vat_minor
  ) then
    raise exception using
      message = 'invoice ' || id_ || ' is not the sum of its lines',
      errcode = 'check_violation';
  end if;
  return null;
end $$
"""
ADDED_UP = (
    "create constraint trigger {table}_adds_up after insert on {table}"
    " deferrable initially deferred for each row execute function invoice_adds_up()"
)
KEPT = (
    "create trigger {table}_append_only before update or delete on {table}"
    " for each row execute function refuse_change()",
    "create trigger {table}_no_truncate before truncate on {table}"
    " for each statement execute function refuse_change()",
)


def upgrade() -> None:
    op.create_table(
        "invoice",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("source_type", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("vat_category", sa.Text(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("vat_minor", sa.BigInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("corrects_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("issuer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("seller_name", sa.Text(), nullable=False),
        sa.Column("seller_line1", sa.Text(), nullable=False),
        sa.Column("seller_line2", sa.Text(), nullable=False),
        sa.Column("seller_postal_code", sa.Text(), nullable=False),
        sa.Column("seller_city", sa.Text(), nullable=False),
        sa.Column("seller_country", sa.Text(), nullable=False),
        sa.Column("seller_siren", sa.Text(), nullable=False),
        sa.Column("seller_vat_number", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'credit_note') = (corrects_id is not null)",
            name=op.f("ck_invoice_corrects_id"),
        ),
        sa.CheckConstraint("kind in ('invoice', 'credit_note')", name=op.f("ck_invoice_kind")),
        sa.CheckConstraint("vat_category in ('S', 'AE')", name=op.f("ck_invoice_vat_category")),
        sa.CheckConstraint("begins_on <= ends_on", name=op.f("ck_invoice_period")),
        sa.CheckConstraint("extract(year from issued_on) = year", name=op.f("ck_invoice_year")),
        sa.CheckConstraint(
            "gross_minor > 0 and paid_minor between 0 and gross_minor", name=op.f("ck_invoice_paid")
        ),
        sa.CheckConstraint(
            "net_minor + vat_minor = gross_minor", name=op.f("ck_invoice_gross_minor")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["invoice.id"], name=op.f("fk_invoice_corrects_id")
        ),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_invoice_seller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("kind", "year", "seq", name=op.f("uq_invoice_kind_year_seq")),
        sa.UniqueConstraint("number", name=op.f("uq_invoice_number")),
        sa.UniqueConstraint(
            "source_type", "source_id", name=op.f("uq_invoice_source_type_source_id")
        ),
    )
    op.create_index("ix_invoice_corrects", "invoice", ["corrects_id"], unique=False)
    op.create_index("ix_invoice_issued", "invoice", ["issued_on", "id"], unique=False)
    op.create_index("ix_invoice_siren", "invoice", ["seller_siren", "id"], unique=False)
    op.create_index("ix_invoice_seller", "invoice", ["seller_id", "id"], unique=False)
    op.create_table(
        "invoice_line",
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("vat_bp", sa.Integer(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("vat_minor", sa.BigInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "net_minor + vat_minor = gross_minor", name=op.f("ck_invoice_line_gross_minor")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_invoice_line_quantity")),
        sa.CheckConstraint("vat_bp between 0 and 10000", name=op.f("ck_invoice_line_vat_bp")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_line_invoice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_line")),
        sa.UniqueConstraint(
            "invoice_id", "position", name=op.f("uq_invoice_line_invoice_id_position")
        ),
    )
    op.create_table(
        "invoice_entry",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entry.id"], name=op.f("fk_invoice_entry_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_entry_invoice_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_invoice_entry")),
    )
    op.create_index("ix_invoice_entry_invoice", "invoice_entry", ["invoice_id"], unique=False)
    op.create_table(
        "invoice_file",
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("pdf_key", sa.Text(), nullable=False),
        sa.Column("pdf_sha256", sa.Text(), nullable=False),
        sa.Column("xml_key", sa.Text(), nullable=False),
        sa.Column("xml_sha256", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_file_invoice_id")
        ),
        sa.ForeignKeyConstraint(["mail_id"], ["outbox.id"], name=op.f("fk_invoice_file_mail_id")),
        sa.PrimaryKeyConstraint("invoice_id", name=op.f("pk_invoice_file")),
    )
    for key in ("pdf_key", "xml_key"):
        op.create_index(f"ix_invoice_file_{key}", "invoice_file", [key], unique=False)
    op.execute(ADDS_UP)
    for table in ("invoice", "invoice_line"):
        op.execute(ADDED_UP.format(table=table))
    for table in ("invoice", "invoice_line", "invoice_entry"):
        for trigger in KEPT:
            op.execute(trigger.format(table=table))


def downgrade() -> None:
    raise RuntimeError("what was issued is not forgotten")
