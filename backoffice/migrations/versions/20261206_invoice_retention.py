"""What an invoice says of a seller may go once, ten years after its fiscal year; nothing else."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# C. com. L123-22: ten years from the end of the fiscal year, which is the calendar's.
KEPT = """
create function invoice_kept() returns trigger language plpgsql as $$
declare
  naming text[] := array['seller_name', 'seller_line1', 'seller_line2', 'seller_postal_code',
    'seller_city', 'seller_siren', 'seller_vat_number', 'reason'];
begin
  if tg_op = 'UPDATE' and old.purged_on is null and new.purged_on is not null
    and to_jsonb(new) - naming - 'purged_on' = to_jsonb(old) - naming - 'purged_on'
    and not exists (select from unnest(naming) one where to_jsonb(new) ->> one <> '')
  then
    return new;
  end if;
  raise exception using
    message = tg_table_name || ' is append-only', errcode = 'restrict_violation';
end $$
"""


def upgrade() -> None:
    op.add_column("invoice", sa.Column("purged_on", sa.Date(), nullable=True))
    op.create_check_constraint(
        op.f("ck_invoice_purged_on"), "invoice", "purged_on > make_date(year + 10, 12, 31)"
    )
    op.create_index(
        "ix_invoice_kept",
        "invoice",
        ["year", "id"],
        postgresql_where=sa.text("purged_on is null"),
    )
    op.execute(KEPT)
    op.execute("drop trigger invoice_append_only on invoice")
    op.execute(
        "create trigger invoice_append_only before update or delete on invoice"
        " for each row execute function invoice_kept()"
    )


def downgrade() -> None:
    raise RuntimeError("what was emptied is not written again")
