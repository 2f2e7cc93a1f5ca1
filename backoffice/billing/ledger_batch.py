"""Many entries at once, by the rules of one: two statements, however many there are."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from backoffice.billing.ledger import (
    ConflictError,
    Line,
    Source,
    digest_of,
    make_account,
    moving,
)
from backoffice.billing.ledger_model import JournalEntry
from backoffice.core.clock import now
from backoffice.core.permissions import SYSTEM

ENTRIES = sql("""
insert into journal_entry (id, journal, idem_key, digest, kind, occurred_on, source_type,
  source_id, order_id, case_id, piece_ref, posted_at, posted_by)
select id, journal, idem_key, digest, kind, occurred_on, source_type, source_id, order_id,
  case_id, piece_ref, :posted_at, posted_by
from json_to_recordset(cast(:entries as json)) as asked (id uuid, journal text, idem_key text,
  digest text, kind text, occurred_on date, source_type text, source_id text, order_id bigint,
  case_id bigint, piece_ref text, posted_by text)
on conflict (idem_key) do nothing
returning id
""")
# A seller's account and a general one are found by one condition, so that both are hashed.
LINES = sql("""
with line as (
  select asked.entry_id, asked.amount_minor, asked.currency, number, account.id as account_id
  from unnest(cast(:entries as uuid[]), cast(:codes as text[]), cast(:sellers as bigint[]),
    cast(:amounts as bigint[]), cast(:currencies as text[])) with ordinality
    as asked (entry_id, code, seller_id, amount_minor, currency, number)
  left join ledger_account account on account.code = asked.code
    and account.currency = asked.currency
    and coalesce(account.seller_id, 0) = coalesce(asked.seller_id, 0)
)
insert into ledger_line (entry_id, account_id, amount_minor, currency)
select entry_id, account_id, amount_minor, currency from line
where not exists (select from line where account_id is null)
order by number
returning id
""")


class Posting(NamedTuple):
    """One entry to be posted; what each part means, `ledger.post` says."""

    idem_key: str
    kind: str
    journal: str
    occurred_on: date
    lines: Sequence[Line]
    source: Source
    currency: str = "EUR"
    order_id: int | None = None
    case_id: int | None = None
    piece_ref: str = ""
    posted_by: str = SYSTEM.ref

    def digest(self) -> str:
        """Return what tells it from another of its key."""
        return digest_of(
            self.kind, self.journal, self.occurred_on, self.source, self.currency, self.order_id,
            None, moving(self.lines),
        )  # fmt: skip


def post_all(session: Session, postings: Sequence[Posting]) -> int:
    """Post those entries that are not posted yet, in this order; return how many that were.

    Raises ConflictError where a key stands for other input, LookupError for an account that is
    none; what was written by then goes with the caller's transaction.
    """
    session.flush()  # what an entry is about may be new itself
    asked = {uuid4(): one for one in postings}
    rows = [_entry(entry_id, one) for entry_id, one in asked.items()]
    values = {"entries": json.dumps(rows), "posted_at": now()}
    written = {*session.scalars(ENTRIES, values)}
    _refuse_others(session, [row for row in rows if UUID(row["id"]) not in written])
    lines = [
        (entry_id, line, one.currency)
        for entry_id, one in asked.items()
        if entry_id in written
        for line in moving(one.lines)
    ]
    if lines and not _write(session, lines):
        for line, currency in {(line._replace(amount_minor=0), to) for _, line, to in lines}:
            make_account(session, line, currency)
        _write(session, lines)
    return len(written)


def _entry(entry_id: UUID, one: Posting) -> dict[str, str]:
    kept = ("journal", "idem_key", "kind", "order_id", "case_id", "piece_ref", "posted_by")
    return {name: getattr(one, name) for name in kept} | {
        "id": str(entry_id), "digest": one.digest(), "occurred_on": one.occurred_on.isoformat(),
        "source_type": one.source.type, "source_id": one.source.id,
    }  # fmt: skip


def _refuse_others(session: Session, rows: Sequence[Mapping[str, str]]) -> None:
    """Refuse keys that were posted already with other input."""
    if not rows:
        return
    known = select(JournalEntry.idem_key, JournalEntry.digest).where(
        JournalEntry.idem_key.in_([row["idem_key"] for row in rows])
    )
    digests = dict(session.execute(known).all())
    for row in rows:
        if digests.get(row["idem_key"]) != row["digest"]:
            raise ConflictError(f"{row['idem_key']} was posted with other input")


def _write(session: Session, lines: Sequence[tuple[UUID, Line, str]]) -> bool:
    """Write all lines, or none where an account is missing; return which."""
    values = {
        "entries": [entry_id for entry_id, _, _ in lines],
        "codes": [line.code for _, line, _ in lines],
        "sellers": [line.seller_id for _, line, _ in lines],
        "amounts": [line.amount_minor for _, line, _ in lines],
        "currencies": [currency for _, _, currency in lines],
    }
    return session.execute(LINES, values).first() is not None
