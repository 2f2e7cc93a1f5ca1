"""python-accounting as its manual posts, an entity each client, in an environment of its own."""

import sys
from datetime import datetime

from python_accounting.database.session import get_session
from python_accounting.models import Account, Base, Currency, Entity, LineItem
from python_accounting.transactions import JournalEntry
from sqlalchemy import create_engine

from tests.bench.ledgers import pace


def main(url, wanted):
    """Make the tables, or an entity with its accounts, and post."""
    engine = create_engine(url)
    if wanted == "prepare":
        Base.metadata.create_all(engine)
        return
    with get_session(engine) as session:
        entity = Entity(name="Bench")
        session.add(entity)
        session.commit()
        currency = Currency(name="Euro", code="EUR", entity_id=entity.id)
        session.add(currency)
        session.commit()
        known = [_account(session, currency, code, amount) for code, amount in pace.LINES]
        owner = entity.id

        def post_one(number):
            (first, amount), *others = zip(known, (one for _, one in pace.LINES), strict=True)
            entry = JournalEntry(
                narration=str(number), transaction_date=datetime.now(), account_id=first,  # noqa: DTZ005
                entity_id=owner,
            )  # fmt: skip
            entry.credited = amount < 0
            session.add(entry)
            session.flush()
            lines = [
                LineItem(narration="line", account_id=account, amount=abs(minor) / 100,
                         entity_id=owner)
                for account, minor in others
            ]  # fmt: skip
            session.add_all(lines)
            session.flush()
            entry.line_items.update(lines)
            session.add(entry)
            entry.post(session)
            session.commit()

        pace.run(post_one)


def _account(session, currency, name, amount):
    kinds = Account.AccountType
    kind = kinds.BANK if amount > 0 else kinds.OPERATING_REVENUE
    account = Account(
        name=name, account_type=kind, currency_id=currency.id, entity_id=currency.entity_id
    )
    session.add(account)
    session.commit()
    return account.id


if __name__ == "__main__":
    main(*sys.argv[1:])
