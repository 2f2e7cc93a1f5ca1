"""The ledger, and the triggers by which no entry is unbalanced, changed or added to."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Once the transaction is whole: two lines or more, the sum of each currency is zero.
BALANCED = """
create function journal_entry_balanced() returns trigger language plpgsql as $$
declare
  entry uuid;
begin
  if tg_table_name = 'journal_entry' then entry := new.id; else entry := new.entry_id; end if;
  if (select count(*) from ledger_line where entry_id = entry) < 2 then
    raise exception using
      message = 'entry ' || entry || ' has fewer than two lines', errcode = 'check_violation';
  end if;
  if exists (
    select from ledger_line where entry_id = entry group by currency having sum(amount_minor) <> 0
  ) then
    raise exception using
      message = 'entry ' || entry || ' does not balance', errcode = 'check_violation';
  end if;
  if exists (
    select from ledger_line line join ledger_account account on account.id = line.account_id
    where line.entry_id = entry and line.currency <> account.currency
  ) then
    raise exception using
      message = 'entry ' || entry || ' has a line in another currency than its account',
      errcode = 'check_violation';
  end if;
  return null;
end $$
"""
STAMP = """
create function journal_entry_stamp() returns trigger language plpgsql as $$
begin
  new.posted_tx := pg_current_xact_id()::text::bigint;
  return new;
end $$
"""
IN_ONE_GO = """
create function ledger_line_in_one_go() returns trigger language plpgsql as $$
begin
  if not exists (
    select from journal_entry
    where id = new.entry_id and posted_tx = pg_current_xact_id()::text::bigint
  ) then
    raise exception using
      message = 'entry ' || new.entry_id || ' is posted', errcode = 'restrict_violation';
  end if;
  return new;
end $$
"""
# An account that has lines keeps what its lines say: only its names may be put better.
SAME_ACCOUNT = """
create function ledger_account_same() returns trigger language plpgsql as $$
begin
  if (new.id, new.code, new.currency, new.seller_id, new.book)
      is distinct from (old.id, old.code, old.currency, old.seller_id, old.book) then
    raise exception using
      message = 'an account stays what it is', errcode = 'restrict_violation';
  end if;
  return new;
end $$
"""
TRIGGERS = (
    "create constraint trigger {table}_balanced after insert on {table}"
    " deferrable initially deferred for each row execute function journal_entry_balanced()",
    "create trigger {table}_append_only before update or delete on {table}"
    " for each row execute function refuse_change()",
    "create trigger {table}_no_truncate before truncate on {table}"
    " for each statement execute function refuse_change()",
)


def upgrade() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_fr", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("normal_side", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("book", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("book in ('main', 'memo')", name=op.f("ck_ledger_account_book")),
        sa.CheckConstraint("code ~ '^[1-8][0-9]{2,7}$'", name=op.f("ck_ledger_account_code")),
        sa.CheckConstraint(
            "normal_side in ('debit', 'credit')", name=op.f("ck_ledger_account_normal_side")
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_ledger_account_seller_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint(
            "code",
            "currency",
            "seller_id",
            name=op.f("uq_ledger_account_code_currency_seller_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_ledger_account_seller", "ledger_account", ["seller_id"], unique=False)
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("journal", sa.Text(), nullable=False),
        sa.Column("idem_key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("source_type", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("piece_ref", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_by", sa.Text(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("posted_tx", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_journal_entry_case_id")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_order.id"], name=op.f("fk_journal_entry_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["journal_entry.id"], name=op.f("fk_journal_entry_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("idem_key", name=op.f("uq_journal_entry_idem_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_journal_entry_reverses_id")),
    )
    op.create_index("ix_journal_entry_order", "journal_entry", ["order_id"], unique=False)
    op.create_index("ix_journal_entry_posted", "journal_entry", ["posted_at", "id"], unique=False)
    op.create_index(
        "ix_journal_entry_source", "journal_entry", ["source_type", "source_id"], unique=False
    )
    op.create_table(
        "ledger_line",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_ledger_line_amount_minor")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_account.id"], name=op.f("fk_ledger_line_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entry.id"], name=op.f("fk_ledger_line_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_line")),
    )
    op.create_index("ix_ledger_line_account", "ledger_line", ["account_id", "id"], unique=False)
    op.create_index("ix_ledger_line_entry", "ledger_line", ["entry_id"], unique=False)
    for function in (BALANCED, STAMP, IN_ONE_GO, SAME_ACCOUNT):
        op.execute(function)
    for table in ("journal_entry", "ledger_line"):
        for trigger in TRIGGERS:
            op.execute(trigger.format(table=table))
    op.execute(
        "create trigger journal_entry_stamp before insert on journal_entry"
        " for each row execute function journal_entry_stamp()"
    )
    op.execute(
        "create trigger ledger_line_in_one_go before insert on ledger_line"
        " for each row execute function ledger_line_in_one_go()"
    )
    op.execute(
        "create trigger ledger_account_same before update on ledger_account"
        " for each row execute function ledger_account_same()"
    )


def downgrade() -> None:
    raise RuntimeError("what was posted is not forgotten")
