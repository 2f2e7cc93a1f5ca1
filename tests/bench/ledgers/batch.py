"""Through `ledger_batch.post_all`, a unit of work for each batch."""

import sys
from datetime import date
from uuid import uuid4

from sqlalchemy import create_engine

from backoffice.billing.ledger import Line, Source
from backoffice.billing.ledger_batch import Posting, post_all
from backoffice.core.work import WorkSession, unit_of_work
from tests.bench.ledgers import pace

SALE = [Line(*line) for line in pace.LINES]


def main(url: str) -> None:
    """Post a batch again and again."""
    with WorkSession(create_engine(url), expire_on_commit=False) as session:
        keys, day = uuid4(), date(2026, 11, 2)

        def post_batch(number: int) -> None:
            with unit_of_work(session):
                post_all(session, [
                    Posting(f"{keys}:{number}:{at}", "bench", "ST", day, SALE,
                            Source("sale", str(number)))
                    for at in range(pace.BATCH)
                ])  # fmt: skip

        pace.run(post_batch)


if __name__ == "__main__":
    main(sys.argv[1])
