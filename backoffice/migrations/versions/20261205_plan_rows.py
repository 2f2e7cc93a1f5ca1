"""Rows of a plan that follow each other, none of which changes what a month begun costs."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# A row holds until the next of its code begins: one that began before the last would overlap it.
# The first row of a code may begin at any time: nobody is on that plan yet.
FOLLOWS = """
create function plan_follows() returns trigger language plpgsql as $$
declare
  last timestamptz;
begin
  perform pg_advisory_xact_lock(hashtextextended('plan ' || new.code, 0));
  select max(starts_at) into last from plan where code = new.code;
  if new.starts_at <= last then
    raise exception using
      message = 'a row of the plan ' || new.code || ' begins at ' || last || ' already',
      errcode = 'exclusion_violation';
  end if;
  if last is not null and new.starts_at
      < (date_trunc('month', now() at time zone 'Europe/Paris') + interval '1 month')
        at time zone 'Europe/Paris' then
    raise exception using
      message = 'a month that has begun keeps its price', errcode = 'check_violation';
  end if;
  return new;
end $$
"""
SAME = """
create function plan_same() returns trigger language plpgsql as $$
begin
  if (new.id, new.code, new.name, new.price_minor, new.currency, new.vat_bp, new.commission_bp,
        new.starts_at)
      is distinct from (old.id, old.code, old.name, old.price_minor, old.currency, old.vat_bp,
        old.commission_bp, old.starts_at) then
    raise exception using
      message = 'a row of a plan stays what it is', errcode = 'restrict_violation';
  end if;
  return new;
end $$
"""


def upgrade() -> None:
    op.create_check_constraint(op.f("ck_plan_vat"), "plan", "vat_bp between 0 and 10000")
    for function in (FOLLOWS, SAME):
        op.execute(function)
    op.execute(
        "create trigger plan_follows before insert on plan"
        " for each row execute function plan_follows()"
    )
    op.execute(
        "create trigger plan_same before update on plan for each row execute function plan_same()"
    )
    op.execute(
        "create trigger plan_kept before delete on plan"
        " for each row execute function refuse_change()"
    )


def downgrade() -> None:
    for name in ("plan_kept", "plan_same", "plan_follows"):
        op.execute(f"drop trigger {name} on plan")
    for name in ("plan_same", "plan_follows"):
        op.execute(f"drop function {name}()")
    op.drop_constraint(op.f("ck_plan_vat"), "plan")
