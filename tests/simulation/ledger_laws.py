"""What must hold of the books at any moment, whatever was done and wherever it was cut off."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.billing.ledger import balance_of
from backoffice.billing.ledger_check import verify
from backoffice.billing.ledger_day import days
from backoffice.billing.ledger_model import JournalEntry, JournalSeal, LedgerAccount, LedgerLine
from tests.simulation.plain_books import Account, PlainBooks

OF_MONTHS = ("deferral", "deferral.released")
"""The kinds of entries that a month's locking posts by itself."""


class Row(NamedTuple):
    """One entry as it stands in the database; `seq` is none until it is sealed."""

    key: str
    kind: str
    journal: str
    occurred_on: date
    booked_on: date
    reverses: UUID | None
    order_id: int | None
    lines: tuple[tuple[str, int | None, int], ...]
    seq: int | None

    @property
    def moved(self) -> dict[Account, int]:
        """Cents by account and seller."""
        sums: Counter[Account] = Counter()
        for code, seller, amount in self.lines:
            sums[code, seller] += amount
        return {account: amount for account, amount in sums.items() if amount}


Rows = Mapping[UUID, Row]


def read(session: Session) -> dict[UUID, Row]:
    """Return every entry with its lines and its number."""
    lines: dict[UUID, list[Any]] = defaultdict(list)
    of_lines = (
        select(
            LedgerLine.entry_id, LedgerAccount.code, LedgerAccount.seller_id,
            LedgerLine.amount_minor,
        )
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .order_by(LedgerLine.id)
    )  # fmt: skip
    for entry_id, *line in session.execute(of_lines):
        lines[entry_id].append(tuple(line))
    one = JournalEntry
    query = select(
        one.id, one.idem_key, one.kind, one.journal, one.occurred_on, one.booked_on,
        one.reverses_id, one.order_id, JournalSeal.seq,
    ).outerjoin(JournalSeal, JournalSeal.entry_id == one.id)  # fmt: skip
    return {
        number: Row(*columns, lines=tuple(lines[number]), seq=seq)
        for number, *columns, seq in session.execute(query)
    }


def hold(
    session: Session, before: Rows, books: PlainBooks, booked: Callable[[date], date]
) -> dict[UUID, Row]:
    """Hold every law after a step; returns the entries.

    `booked` gives the day in the books of what happened on a day, as the months were at the step.
    """
    after = read(session)
    _whole(after)
    _kept(before, after)
    for number in after.keys() - before.keys():
        row = after[number]
        assert row.booked_on == booked(row.occurred_on), row
    _numbered(after)
    _reversed(after)
    _as_reckoned(session, after, books)
    _summed(session, after)
    faults = [one for one in verify(session) if not one.endswith("has no seal after a day")]
    assert faults == []
    return after


def _whole(rows: Rows) -> None:
    """Hold that each entry balances, and each key was posted once."""
    for row in rows.values():
        assert len(row.lines) >= 2, row
        assert sum(amount for _, _, amount in row.lines) == 0, row
    keys = Counter(row.key for row in rows.values())
    assert not [key for key, times in keys.items() if times > 1]


def _kept(before: Rows, after: Rows) -> None:
    """Hold that what stood in the books stands there still; it may have got its number."""
    for number, row in before.items():
        now = after[number]
        assert now._replace(seq=None) == row._replace(seq=None)
        assert row.seq in (None, now.seq)


def _numbered(rows: Rows) -> None:
    """Hold that the numbers of each journal have neither gap nor double."""
    given = defaultdict(list)
    for row in rows.values():
        if row.seq is not None:
            given[row.journal].append(row.seq)
    for journal, numbers in given.items():
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), journal


def _reversed(rows: Rows) -> None:
    """Hold that a reversal is the opposite of one entry, and the only one of it.

    Of a commission and of a transfer no more comes back than there was.
    """
    undone = [row for row in rows.values() if row.reverses is not None]
    assert len({row.reverses for row in undone}) == len(undone)
    for row in undone:
        assert row.reverses is not None
        opposite = {account: -amount for account, amount in rows[row.reverses].moved.items()}
        assert row.moved == opposite, row
    left: Counter[tuple[str, int]] = Counter()
    for row in rows.values():
        if row.order_id is None:
            continue
        for (code, _), amount in row.moved.items():
            if code in ("706200", "44571"):
                left["commission", row.order_id] -= amount
            elif row.kind.startswith("transfer"):
                left["transfer", row.order_id] += amount * (code == "4671")
    assert not [one for one, amount in left.items() if amount < 0]


def _as_reckoned(session: Session, rows: Rows, books: PlainBooks) -> None:
    """Hold that exactly what should be is in the books, and that accounts hold the sum of it."""
    posted = {row.key: row for row in rows.values() if row.kind not in OF_MONTHS}
    assert posted.keys() == books.entries.keys()
    for key, row in posted.items():
        assert (row.occurred_on, row.moved) == (books.entries[key].day, books.entries[key].lines)
    for code, seller in {account for row in rows.values() for account in row.moved}:
        if seller is not None:
            assert balance_of(session, code, seller_id=seller) == books.balance(code, seller)
    assert balance_of(session, "487") == 0  # what is put off is taken up in the next month
    assert balance_of(session, "517") == books.balance("517")


def _summed(session: Session, rows: Rows) -> None:
    """Hold that the sums by day are those of the lines."""
    one = days(session).subquery()
    key = one.c.code, one.c.kind, one.c.day
    sides = func.sum(one.c.debit_minor), func.sum(one.c.credit_minor)
    summed = {
        tuple(row[:3]): (int(row[3]), int(row[4]))
        for row in session.execute(select(*key, *sides).group_by(*key))
    }
    debit: Counter[Any] = Counter()
    credit: Counter[Any] = Counter()
    for row in rows.values():
        for code, _, amount in row.lines:
            side = debit if amount > 0 else credit
            side[code, row.kind, row.booked_on] += abs(amount)
    assert summed == {key: (debit[key], credit[key]) for key in debit.keys() | credit.keys()}
