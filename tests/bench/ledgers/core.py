"""SQLAlchemy Core into the same tables, to accounts whose ids are known."""

import sys
from datetime import date
from uuid import uuid4

from sqlalchemy import create_engine, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_once

from backoffice.billing.ledger_model import JournalEntry, LedgerAccount, LedgerLine
from backoffice.core.clock import now
from tests.bench.ledgers import pace

ENTRY, LINE, ACCOUNT = (one.__table__ for one in (JournalEntry, LedgerLine, LedgerAccount))


def main(url: str) -> None:
    """Post two statements a transaction."""
    with create_engine(url).connect() as connection:
        wanted = select(ACCOUNT.c.code, ACCOUNT.c.id).where(
            ACCOUNT.c.seller_id.is_(None), ACCOUNT.c.currency == "EUR"
        )
        known = dict(connection.execute(wanted).all())
        connection.commit()
        lines = [(known[code], amount) for code, amount in pace.LINES]
        keys, day = uuid4(), date(2026, 11, 2)
        entry_once = insert_once(ENTRY).on_conflict_do_nothing(index_elements=["idem_key"])

        def post_one(number: int) -> None:
            entry = uuid4()
            connection.execute(entry_once, {
                "id": entry, "journal": "ST", "idem_key": f"{keys}:{number}", "digest": "",
                "kind": "bench", "occurred_on": day, "source_type": "sale",
                "source_id": str(number), "piece_ref": "", "posted_at": now(),
                "posted_by": "system",
            })  # fmt: skip
            connection.execute(insert(LINE), [
                {"entry_id": entry, "account_id": account, "amount_minor": amount,
                 "currency": "EUR"}
                for account, amount in lines
            ])  # fmt: skip
            connection.commit()

        pace.run(post_one)


if __name__ == "__main__":
    main(sys.argv[1])
