"""What the tables need beyond columns: triggers that keep append-only tables append-only."""

from collections.abc import Iterator

from backoffice.core.queue import QUEUES

APPEND_ONLY = ("audit_entry",)

REFUSE = """
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception using
    message = tg_table_name || ' is append-only', errcode = 'restrict_violation';
end $$
"""


def statements() -> Iterator[str]:
    """Yield the statements that follow the creation of the tables."""
    yield REFUSE
    for table in APPEND_ONLY:
        yield (
            f"create trigger {table}_append_only before update or delete on {table} "
            "for each row execute function refuse_change()"
        )
        yield (
            f"create trigger {table}_no_truncate before truncate on {table} "
            "for each statement execute function refuse_change()"
        )
    for queue in QUEUES.values():
        yield f"create sequence if not exists {queue.sequence.name}"
