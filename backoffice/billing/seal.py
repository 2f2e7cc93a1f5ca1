"""The sealing of the books: each entry gets the next number of its journal and is chained to it.

The chain is an HMAC, so that whoever can write the tables cannot also write its links.
"""

import hmac
import json
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from backoffice.billing.ledger_model import JournalEntry, JournalSeal
from backoffice.core.secrets import subkey

START = b"\0" * 32
SEALED_AT_ONCE = 5_000
LONGEST_TRANSACTION = timedelta(days=1)  # an entry is dated when it is posted, seen at the commit


def seal_entries(session: Session) -> int:
    """Seal what was posted since, the oldest first; return how many. One process at a time."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("journal_seal", 0))))
    entries = _unsealed(session)
    ends = _ends(session) if entries else {}
    for entry in entries:
        seq, previous = ends.get(entry.journal, (0, START))
        seal = JournalSeal(
            entry_id=entry.id, journal=entry.journal, seq=seq + 1, prev_mac=previous,
            mac=mac_of(entry, seq + 1, previous),
        )  # fmt: skip
        session.add(seal)
        ends[entry.journal] = seal.seq, seal.mac
    session.flush()
    return len(entries)


def mac_of(entry: JournalEntry, seq: int, previous: bytes) -> bytes:
    """Return the link of an entry: the HMAC of all it says, over the one before it."""
    head = [
        entry.id, entry.journal, seq, entry.idem_key, entry.digest, entry.kind, entry.occurred_on,
        entry.booked_on, entry.source_type, entry.source_id, entry.reverses_id, entry.piece_ref,
        entry.posted_at.timestamp(), entry.posted_by, entry.order_id, entry.case_id,
    ]  # fmt: skip
    lines = [
        [line.id, line.account.code, line.account.seller_id, line.amount_minor, line.currency]
        for line in entry.lines
    ]
    said = json.dumps([head, lines], default=str, ensure_ascii=False).encode()
    return hmac.digest(subkey("ledger"), previous + said, "sha256")


def _unsealed(session: Session) -> Sequence[JournalEntry]:
    """Return the next entries without a seal; those long sealed are not looked at."""
    last = session.scalar(
        select(JournalEntry.posted_at)
        .join(JournalSeal, JournalSeal.entry_id == JournalEntry.id)
        .order_by(JournalSeal.id.desc())
        .limit(1)
    )
    query = (
        select(JournalEntry)
        .outerjoin(JournalSeal, JournalSeal.entry_id == JournalEntry.id)
        .where(JournalSeal.id.is_(None))
        .order_by(JournalEntry.posted_at, JournalEntry.id)
        .limit(SEALED_AT_ONCE)
    )
    if last is not None:
        query = query.where(JournalEntry.posted_at > last - LONGEST_TRANSACTION)
    return session.scalars(query).all()


def _ends(session: Session) -> dict[str, tuple[int, bytes]]:
    """Return where the chain of each journal ends."""
    rows = session.execute(
        select(JournalSeal.journal, JournalSeal.seq, JournalSeal.mac)
        .ext(distinct_on(JournalSeal.journal))
        .order_by(JournalSeal.journal, JournalSeal.seq.desc())
    )
    return {journal: (seq, mac) for journal, seq, mac in rows}
