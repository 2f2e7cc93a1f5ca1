"""Entries of the ledger, for tests that look at the books alone."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from backoffice.billing.ledger import Line, Source, post
from backoffice.billing.ledger_model import JournalEntry
from backoffice.billing.seal import seal_entries
from backoffice.core.clock import now, paris_day

SALE = (Line("517", 1200), Line("706200", -1000), Line("44571", -200))
THIS_MONTH = paris_day(now()).replace(day=1)
LAST_MONTH = (THIS_MONTH - timedelta(days=1)).replace(day=1)
BEFORE_THAT = (LAST_MONTH - timedelta(days=1)).replace(day=1)


def make_entry(session: Session, number: int = 1, **changes: Any) -> JournalEntry:
    """Post one sale of 12 euros, of last month unless told otherwise."""
    asked: dict[str, Any] = {
        "kind": "sale", "journal": "ST", "occurred_on": LAST_MONTH, "lines": SALE,
        "source": Source("sale", str(number)), "idem_key": f"sale:{number}",
    }  # fmt: skip
    return session.get_one(JournalEntry, post(session, **{**asked, **changes}))


def make_sealed(session: Session, count: int, *, on: date = LAST_MONTH) -> list[JournalEntry]:
    """Post and seal as many sales."""
    entries = [make_entry(session, number, occurred_on=on) for number in range(count)]
    seal_entries(session)
    return entries


def as_owner(session: Session, statement: str, **values: Any) -> None:
    """Do what nobody may, as who owns the tables can: with every guard off."""
    session.flush()
    session.execute(sql("set local session_replication_role = replica"))
    session.execute(sql(statement), values)
    session.execute(sql("set local session_replication_role = origin"))
    session.expire_all()
