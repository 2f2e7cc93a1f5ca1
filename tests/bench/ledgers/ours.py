"""Through `ledger.post`, a unit of work each."""

import sys
from datetime import date
from uuid import uuid4

from sqlalchemy import create_engine

from backoffice.billing.ledger import Line, Source, post
from backoffice.core.work import WorkSession, unit_of_work
from tests.bench.ledgers import pace

SALE = [Line(*line) for line in pace.LINES]


def main(url: str) -> None:
    """Post as a job does."""
    with WorkSession(create_engine(url), expire_on_commit=False) as session:
        keys, day = uuid4(), date(2026, 11, 2)

        def post_one(number: int) -> None:
            with unit_of_work(session):
                post(
                    session, idem_key=f"{keys}:{number}", kind="bench", journal="ST",
                    occurred_on=day, lines=SALE, source=Source("sale", str(number)),
                )  # fmt: skip

        pace.run(post_one)


if __name__ == "__main__":
    main(sys.argv[1])
