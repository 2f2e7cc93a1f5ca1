"""Plain SQL through psycopg into the same tables: what it costs without a ledger's own code."""

import sys
from datetime import UTC, date, datetime
from uuid import uuid4

import psycopg

from tests.bench.ledgers import pace

ACCOUNTS = "select code, id from ledger_account where seller_id is null and currency = 'EUR'"
ENTRY = """insert into journal_entry (id, journal, idem_key, digest, kind, occurred_on,
 source_type, source_id, piece_ref, posted_at, posted_by) values
 (%s, 'ST', %s, '', 'bench', %s, 'sale', %s, '', %s, 'system') on conflict (idem_key) do nothing"""
LINES = """insert into ledger_line (entry_id, account_id, amount_minor, currency) values
 (%s, %s, %s, 'EUR'), (%s, %s, %s, 'EUR'), (%s, %s, %s, 'EUR')"""


def lines_of(connection: psycopg.Connection) -> list[tuple[int, int]]:
    """Return the accounts' ids and the amounts of an entry."""
    known = dict(connection.execute(ACCOUNTS).fetchall())
    connection.commit()
    return [(known[code], amount) for code, amount in pace.LINES]


def main(url: str) -> None:
    """Post two statements a transaction, to accounts whose ids are known."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        lines = lines_of(connection)
        keys, day = uuid4(), date(2026, 11, 2)

        def post_one(number: int) -> None:
            entry = uuid4()
            key = f"{keys}:{number}"
            connection.execute(ENTRY, (entry, key, day, str(number), datetime.now(UTC)))
            connection.execute(LINES, [cell for line in lines for cell in (entry, *line)])
            connection.commit()

        pace.run(post_one)


if __name__ == "__main__":
    main(sys.argv[1])
