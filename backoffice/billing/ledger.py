"""How money moves: entries of two lines or more, each once under its key, undone by reversal only.

The key is written with the entry, in one transaction. What the tables refuse (an entry that does
not balance, a change, a line added later) they refuse by themselves: see the migration.
"""

import json
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backoffice.billing.ledger_model import JournalEntry, LedgerAccount, LedgerLine
from backoffice.core.clock import now
from backoffice.core.permissions import SYSTEM

# Each account is looked up by its whole key: of a code there are as many as there are sellers.
# Each array is a sub-select, so that its length is not guessed from: a plan is made once and kept.
_FOUND = """
line as (
  select number, amount_minor, case
    when asked.seller_id is null then (
      select id from ledger_account
      where code = asked.code and currency = :currency and seller_id is null)
    else (
      select id from ledger_account
      where code = asked.code and currency = :currency and seller_id = asked.seller_id)
    end as account_id
  from unnest((select cast(:codes as text[])), (select cast(:sellers as bigint[])),
    (select cast(:amounts as bigint[]))) with ordinality
    as asked (code, seller_id, amount_minor, number)
)
"""
_WRITTEN = """
insert into ledger_line (entry_id, account_id, amount_minor, currency)
select {entry_id}, account_id, amount_minor, :currency from {source}
where not exists (select from line where account_id is null)
order by number
"""
# One statement, so that posting costs one way to the database and back.
ENTRY = sql(f"""
with entry as (
  insert into journal_entry (id, journal, idem_key, digest, kind, occurred_on, source_type,
    source_id, order_id, case_id, piece_ref, posted_at, posted_by, reverses_id)
  values (:entry_id, :journal, :idem_key, :digest, :kind, :occurred_on, :source_type,
    :source_id, :order_id, :case_id, :piece_ref, :posted_at, :posted_by, :reverses_id)
  on conflict (idem_key) do nothing
  returning id
), {_FOUND}, written as (
  {_WRITTEN.format(entry_id="entry.id", source="entry cross join line")} returning id
)
select exists (select from entry) as is_new, exists (select from written) as has_lines
""").bindparams(  # noqa: S608 (constants)
    bindparam("entry_id", type_=Uuid), bindparam("reverses_id", type_=Uuid)
)
LINES = sql(f"with {_FOUND} {_WRITTEN.format(entry_id=':entry_id', source='line')}").bindparams(
    bindparam("entry_id", type_=Uuid)
)


class ConflictError(ValueError):
    """The key stands for another entry, or the entry is reversed already: nothing was posted."""


class Line(NamedTuple):
    """One account and by how much it moves: a debit is positive, a credit negative, in cents."""

    code: str
    amount_minor: int
    seller_id: int | None = None


class Source(NamedTuple):
    """What an entry rests on, e.g. one charge of Stripe's."""

    type: str
    id: str


def post(
    session: Session, *, idem_key: str, kind: str, journal: str, occurred_on: date,
    lines: Sequence[Line], source: Source, currency: str = "EUR", order_id: int | None = None,
    case_id: int | None = None, piece_ref: str = "", posted_by: str = SYSTEM.ref,
    reverses_id: UUID | None = None,
) -> UUID:  # fmt: skip
    """Post an entry; returns its id, or that of the one posted under this key of the same input.

    Lines of nothing are left out. Raises ConflictError where the key stands for other input,
    LookupError for an account that is none.
    """
    moved = moving(lines)
    digest = digest_of(kind, journal, occurred_on, source, currency, order_id, reverses_id, moved)
    entry_id = uuid4()
    values: dict[str, Any] = {
        "entry_id": entry_id, "idem_key": idem_key, "digest": digest, "kind": kind,
        "journal": journal, "occurred_on": occurred_on, "source_type": source.type,
        "source_id": source.id, "order_id": order_id, "case_id": case_id, "piece_ref": piece_ref,
        "posted_at": now(), "posted_by": posted_by, "reverses_id": reverses_id,
        "currency": currency, "codes": [line.code for line in moved],
        "sellers": [line.seller_id for line in moved],
        "amounts": [line.amount_minor for line in moved],
    }  # fmt: skip
    session.flush()  # what an entry is about may be new itself
    connection = session.connection()
    is_new, has_lines = connection.execute(ENTRY, values).one()
    if not is_new:
        return _same(session, idem_key, digest)
    if not has_lines:
        for line in moved:
            make_account(session, line, currency)
        connection.execute(LINES, values)
    return entry_id


def moving(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that move something."""
    return [line for line in lines if line.amount_minor]


def digest_of(
    kind: str, journal: str, occurred_on: date, source: Source, currency: str,
    order_id: int | None, reverses_id: UUID | None, moved: Sequence[Line],
) -> str:  # fmt: skip
    """Return what tells two entries of one key apart."""
    asked = [kind, journal, occurred_on.isoformat(), source, currency, order_id, reverses_id, moved]
    return sha256(json.dumps(asked, default=str).encode()).hexdigest()


def reverse(
    session: Session, entry: JournalEntry, *, idem_key: str, occurred_on: date,
    posted_by: str = SYSTEM.ref,
) -> UUID:  # fmt: skip
    """Post the opposite of an entry, once under this key; returns the id of the reversal.

    Raises ConflictError where it was reversed under another key.
    """
    reversal = session.scalars(
        select(JournalEntry).where(JournalEntry.reverses_id == entry.id)
    ).first()
    if reversal is not None:
        if reversal.idem_key != idem_key:
            raise ConflictError(f"{entry.idem_key} was reversed as {reversal.idem_key}")
        return reversal.id
    return post(
        session,
        idem_key=idem_key,
        kind=f"{entry.kind}.reversed",
        journal=entry.journal,
        occurred_on=occurred_on,
        lines=[
            Line(line.account.code, -line.amount_minor, line.account.seller_id)
            for line in entry.lines
        ],
        source=Source(entry.source_type, entry.source_id),
        currency=entry.lines[0].currency,
        order_id=entry.order_id,
        case_id=entry.case_id,
        posted_by=posted_by,
        reverses_id=entry.id,
    )


def entry_of(session: Session, idem_key: str) -> JournalEntry | None:
    """Return the entry posted under a key."""
    return session.scalars(select(JournalEntry).where(JournalEntry.idem_key == idem_key)).first()


def balance_of(
    session: Session, code: str, *, seller_id: int | None = None, order_id: int | None = None
) -> int:
    """Return what an account holds, debits less credits, in cents; of all sellers or of one."""
    query = (
        select(func.coalesce(func.sum(LedgerLine.amount_minor), 0))
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .where(LedgerAccount.code == code)
    )
    if seller_id is not None:
        query = query.where(LedgerAccount.seller_id == seller_id)
    if order_id is not None:
        query = query.join(JournalEntry, JournalEntry.id == LedgerLine.entry_id).where(
            JournalEntry.order_id == order_id
        )
    return int(session.scalar(query) or 0)


def _same(session: Session, idem_key: str, digest: str) -> UUID:
    """Return what another transaction or an earlier call posted, if it is what is asked for now."""
    entry = entry_of(session, idem_key)
    if entry is None or entry.digest != digest:
        raise ConflictError(f"{idem_key} was posted with other input")
    return entry.id


def make_account(session: Session, line: Line, currency: str) -> None:
    """Make a seller's own account, or one in another currency, unless it is there."""
    like = session.scalars(
        select(LedgerAccount).where(
            LedgerAccount.code == line.code, LedgerAccount.seller_id.is_(None)
        )
    ).first()
    if like is None:
        raise LookupError(f"there is no account {line.code!r}")
    session.execute(
        insert(LedgerAccount)
        .values(
            code=line.code, currency=currency, seller_id=line.seller_id, name_fr=like.name_fr,
            name_en=like.name_en, normal_side=like.normal_side, book=like.book,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
