"""The months of the books and the seals of their entries; no way leads into a month not open."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = """
create function accounting_period_key(month date) returns bigint language sql immutable as $$
  select hashtextextended('accounting_period ' || to_char(month, 'YYYY-MM'), 0)
$$
"""
# Who posts holds the month until the commit, beside others; who locks or closes it waits for them.
BOOK = """
create function journal_entry_book() returns trigger language plpgsql as $$
declare
  first date := date_trunc('month', coalesce(new.booked_on, new.occurred_on))::date;
begin
  loop
    perform pg_advisory_xact_lock_shared(accounting_period_key(first));
    exit when not exists (
      select from accounting_period where month = first and state <> 'open'
    );
    if new.booked_on is not null then
      raise exception using
        message = 'the month ' || to_char(first, 'YYYY-MM') || ' is not open',
        errcode = 'restrict_violation';
    end if;
    first := (first + interval '1 month')::date;
  end loop;
  new.booked_on := coalesce(new.booked_on, greatest(new.occurred_on, first));
  return new;
end $$
"""
SAME_PERIOD = """
create function accounting_period_same() returns trigger language plpgsql as $$
begin
  if old.month <> new.month or old.state = 'closed' then
    raise exception using
      message = 'a closed month stays closed', errcode = 'restrict_violation';
  end if;
  return new;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "accounting_period",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.CheckConstraint("extract(day from month) = 1", name=op.f("ck_accounting_period_month")),
        sa.CheckConstraint(
            "state in ('open', 'locked', 'closed')", name=op.f("ck_accounting_period_state")
        ),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_accounting_period")),
    )
    op.create_table(
        "journal_seal",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("journal", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("prev_mac", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entry.id"], name=op.f("fk_journal_seal_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_seal")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_journal_seal_entry_id")),
        sa.UniqueConstraint("journal", "seq", name=op.f("uq_journal_seal_journal_seq")),
    )
    op.add_column("journal_entry", sa.Column("booked_on", sa.Date(), nullable=True))
    op.execute("alter table journal_entry disable trigger journal_entry_append_only")
    op.execute("update journal_entry set booked_on = occurred_on")
    op.execute("alter table journal_entry enable trigger journal_entry_append_only")
    op.alter_column("journal_entry", "booked_on", nullable=False)
    op.create_index("ix_journal_entry_booked", "journal_entry", ["booked_on"], unique=False)
    for function in (KEY, BOOK, SAME_PERIOD):
        op.execute(function)
    op.execute(
        "create trigger journal_entry_book before insert on journal_entry"
        " for each row execute function journal_entry_book()"
    )
    op.execute(
        "create trigger accounting_period_same before update on accounting_period"
        " for each row execute function accounting_period_same()"
    )
    op.execute(
        "create trigger accounting_period_kept before delete on accounting_period"
        " for each row execute function refuse_change()"
    )
    op.execute(
        "create trigger journal_seal_append_only before update or delete on journal_seal"
        " for each row execute function refuse_change()"
    )
    for table in ("accounting_period", "journal_seal"):
        op.execute(
            f"create trigger {table}_no_truncate before truncate on {table}"
            " for each statement execute function refuse_change()"
        )


def downgrade() -> None:
    raise RuntimeError("what was sealed is not forgotten")
