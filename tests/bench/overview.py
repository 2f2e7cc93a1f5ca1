"""Finance's overview over many ledger lines, against the bare sums of the same lines."""

import os
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backoffice.billing.ledger_day import sum_days
from backoffice.core.work import WorkSession, unit_of_work
from backoffice.extensions import db
from tests.bench.pages import p50_ms, signed_in_client

LINES = int(os.environ.get("BENCH_LEDGER_LINES", "1000000"))
NOT_SUMMED = 600  # entries of the last minutes: not sealed yet, as in use
AIM_MS = 300
# A year of commissions, three lines an entry, sealed; the guards are off while it is made.
ENTRIES = """
insert into journal_entry (id, journal, idem_key, digest, kind, occurred_on, booked_on, source_type,
  source_id, piece_ref, posted_at, posted_by, posted_tx)
select gen_random_uuid(), 'ST', 'bench:' || n, '', (array['fee', 'refund', 'charge'])[1 + n % 3],
  day, day, 'bench', n::text, '', now() - (:last - n) * interval '1 year' / :last, 'system', 0
from generate_series(1, cast(:last as int)) n,
  lateral (select current_date - ((:last - n)::bigint * 365 / :last)::int as day) d
"""
LEDGER_LINES = """
insert into ledger_line (entry_id, account_id, amount_minor, currency)
select entry.id, account.id, sold.amount_minor, 'EUR'
from journal_entry entry,
  (values ('517', 1200), ('706200', -1000), ('44571', -200)) as sold (code, amount_minor)
  join ledger_account account on account.code = sold.code and account.seller_id is null
  and account.currency = 'EUR'
"""
SEALS = """
insert into journal_seal (entry_id, journal, seq, prev_mac, mac, sealed_at)
select id, journal, number, '', '', posted_at from (
  select *, row_number() over (order by posted_at, id) as number from journal_entry) entry
where number <= :last order by number
"""
BARE = text("""
select date_trunc('month', booked_on), kind, code, sum(amount_minor)
from ledger_line line join journal_entry entry on entry.id = line.entry_id
  join ledger_account account on account.id = line.account_id
where code in ('706100', '706200', '517') group by 1, 2, 3
""")


def fill(engine: Engine, lines: int) -> None:
    """Make so many lines in bulk, all sealed but the last, and sum them up by the program's job."""
    entries = lines // 3
    with engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text(ENTRIES), {"last": entries})
        connection.execute(text(LEDGER_LINES))
        connection.execute(text(SEALS), {"last": entries - NOT_SUMMED})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    with WorkSession(engine) as session:
        before = -1
        while before != (before := _summed(session)):
            pass


def _summed(session: Session) -> int:
    with unit_of_work(session):
        return sum_days(session)


def report(url: str) -> list[dict[str, Any]]:
    """Measure the whole page and its queries; the aim is under 300 ms."""
    engine = create_engine(url, poolclass=NullPool)
    making = _seconds(lambda: fill(engine, LINES))
    bare = _seconds(lambda: _bare(engine)) * 1000
    client = signed_in_client(url, "finance")
    spent: list[float] = []
    with client.application.app_context():
        _watch(db.engine, spent)
    page = p50_ms(lambda: client.get("/billing"))
    spent.clear()
    client.get("/billing")
    return [
        {
            "lines": f"{LINES:,}", "made in s": round(making), "bare sums ms": round(bare),
            "page ms": round(page, 1), "its queries ms": round(sum(spent) * 1000, 1),
            "queries": len(spent), "aim ms": AIM_MS,
        }
    ]  # fmt: skip


def _bare(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(BARE).all()


def _watch(engine: Engine, spent: list[float]) -> None:
    """Note how long each statement takes."""
    event.listen(engine, "before_cursor_execute", lambda c, *_: c.info.update(at=_now()))
    event.listen(engine, "after_cursor_execute", lambda c, *_: spent.append(_now() - c.info["at"]))


def _now() -> float:
    return time.perf_counter()


def _seconds(work: Callable[[], Any]) -> float:
    started_at = _now()
    work()
    return _now() - started_at
