"""How money moves: entries of two lines or more, each once under its key, undone by reversal only.

The key is written with the entry, in one transaction. What the tables refuse (an entry that does
not balance, a change, a line added later) they refuse by themselves: see the migration.
"""

import json
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, lazyload

from backoffice.billing.ledger_model import JournalEntry, LedgerAccount, LedgerLine
from backoffice.core.clock import now
from backoffice.core.permissions import SYSTEM


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
) -> JournalEntry:  # fmt: skip
    """Post an entry, or return the one that was posted under this key of the same input.

    Lines of nothing are left out. Raises ConflictError where the key stands for other input.
    """
    moved = [line for line in lines if line.amount_minor]
    asked = [kind, journal, occurred_on.isoformat(), source, currency, order_id, reverses_id, moved]
    digest = sha256(json.dumps(asked, default=str).encode()).hexdigest()
    entry_id = session.scalar(
        insert(JournalEntry)
        .values(
            id=uuid4(), idem_key=idem_key, digest=digest, kind=kind, journal=journal,
            occurred_on=occurred_on, source_type=source.type, source_id=source.id,
            order_id=order_id, case_id=case_id, piece_ref=piece_ref, posted_at=now(),
            posted_by=posted_by, reverses_id=reverses_id,
        )
        .on_conflict_do_nothing(index_elements=["idem_key"])
        .returning(JournalEntry.id)
    )  # fmt: skip
    if entry_id is None:
        return _same(session, idem_key, digest)
    accounts = _account_ids(session, currency, moved)
    session.add_all(
        LedgerLine(
            entry_id=entry_id, account_id=accounts[line.code, line.seller_id],
            amount_minor=line.amount_minor, currency=currency,
        )
        for line in moved
    )  # fmt: skip
    session.flush()
    return session.get_one(JournalEntry, entry_id, options=[lazyload(JournalEntry.lines)])


def reverse(
    session: Session, entry: JournalEntry, *, idem_key: str, occurred_on: date,
    posted_by: str = SYSTEM.ref,
) -> JournalEntry:  # fmt: skip
    """Post the opposite of an entry; what was reversed under this key already is returned as it is.

    Raises ConflictError where it was reversed under another key.
    """
    reversal = session.scalars(
        select(JournalEntry).where(JournalEntry.reverses_id == entry.id)
    ).first()
    if reversal is not None:
        if reversal.idem_key != idem_key:
            raise ConflictError(f"{entry.idem_key} was reversed as {reversal.idem_key}")
        return reversal
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


def _same(session: Session, idem_key: str, digest: str) -> JournalEntry:
    """Return what another transaction or an earlier call posted, if it is what is asked for now."""
    entry = entry_of(session, idem_key)
    if entry is None or entry.digest != digest:
        raise ConflictError(f"{idem_key} was posted with other input")
    return entry


def _account_ids(
    session: Session, currency: str, lines: Sequence[Line]
) -> dict[tuple[str, int | None], int]:
    """Return the accounts of these lines by code and seller, read in one go."""
    sellers = {line.seller_id for line in lines if line.seller_id is not None}
    query = select(LedgerAccount.code, LedgerAccount.seller_id, LedgerAccount.id).where(
        LedgerAccount.currency == currency,
        LedgerAccount.code.in_({line.code for line in lines}),
        or_(LedgerAccount.seller_id.is_(None), LedgerAccount.seller_id.in_(sellers)),
    )
    found = {(code, seller_id): number for code, seller_id, number in session.execute(query)}
    for line in lines:
        if (line.code, line.seller_id) not in found:
            made = _open_account(session, line.code, currency, line.seller_id)
            found[line.code, line.seller_id] = made
    return found


def _open_account(session: Session, code: str, currency: str, seller_id: int | None) -> int:
    """Make a seller's own account, or one in another currency, on its first use."""
    like = session.scalars(
        select(LedgerAccount).where(LedgerAccount.code == code, LedgerAccount.seller_id.is_(None))
    ).first()
    if like is None:
        raise LookupError(f"there is no account {code!r}")
    session.execute(
        insert(LedgerAccount)
        .values(
            code=code, currency=currency, seller_id=seller_id, name_fr=like.name_fr,
            name_en=like.name_en, normal_side=like.normal_side, book=like.book,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    made = select(LedgerAccount.id).where(
        LedgerAccount.code == code,
        LedgerAccount.currency == currency,
        LedgerAccount.seller_id.is_not_distinct_from(seller_id),
    )
    return session.scalars(made).one()
