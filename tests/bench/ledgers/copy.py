"""PostgreSQL's COPY into the same tables, a transaction for each batch: as fast as rows come in."""

import sys
from datetime import UTC, date, datetime
from uuid import uuid4

import psycopg

from tests.bench.ledgers import pace
from tests.bench.ledgers.raw import lines_of

ENTRIES = """copy journal_entry (id, journal, idem_key, digest, kind, occurred_on, source_type,
 source_id, piece_ref, posted_at, posted_by) from stdin"""
LINES = "copy ledger_line (entry_id, account_id, amount_minor, currency) from stdin"


def main(url: str) -> None:
    """Copy a batch again and again, to accounts whose ids are known."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        lines = lines_of(connection)
        keys, day = uuid4(), date(2026, 11, 2)

        def post_batch(number: int) -> None:
            entries, at = [uuid4() for _ in range(pace.BATCH)], datetime.now(UTC)
            with connection.cursor() as cursor:
                with cursor.copy(ENTRIES) as rows:
                    for place, entry in enumerate(entries):
                        rows.write_row((entry, "ST", f"{keys}:{number}:{place}", "", "bench", day,
                                        "sale", str(number), "", at, "system"))  # fmt: skip
                with cursor.copy(LINES) as rows:
                    for entry in entries:
                        for account, amount in lines:
                            rows.write_row((entry, account, amount, "EUR"))
            connection.commit()

        pace.run(post_batch)


if __name__ == "__main__":
    main(sys.argv[1])
