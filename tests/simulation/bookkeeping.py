"""Acts on the books alone, as steps of a state machine: posting, sealing, months, tampering."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from backoffice.billing.ledger import ConflictError, Line, Source, entry_of, post, reverse
from backoffice.billing.ledger_day import sum_days
from backoffice.billing.ledger_model import AccountingPeriod, PeriodState
from backoffice.billing.period import close_period, lock_period, unlock_period
from backoffice.billing.seal import seal_entries
from backoffice.core.clock import add_months, now, paris_day
from backoffice.core.refusal import NotPossible
from tests.factories.cut import CUTS, Cut, Program
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff
from tests.simulation import ledger_laws
from tests.simulation.ledger_laws import Rows
from tests.simulation.plain_books import PlainBooks

START = datetime(2026, 2, 9, 12, tzinfo=UTC)
AMOUNTS = st.integers(1, 60_000)
ANY = st.integers(0, 999)  # which one of those that there are
MOVES = {
    "lock": (lock_period, PeriodState.OPEN, PeriodState.LOCKED),
    "unlock": (unlock_period, PeriodState.LOCKED, PeriodState.OPEN),
    "close": (close_period, PeriodState.LOCKED, PeriodState.CLOSED),
}
TAMPERING = (
    "update ledger_line set amount_minor = amount_minor + 1",
    "update journal_entry set booked_on = booked_on - 40",
    "delete from ledger_line",
    "delete from journal_entry",
    "update journal_seal set seq = seq + 1",
    "insert into ledger_line select id + 1000000, entry_id, account_id, 5, currency"
    " from ledger_line limit 1",
)
SLIPPED_IN = """
insert into journal_entry (id, journal, idem_key, digest, kind, occurred_on, booked_on, source_type,
  source_id, piece_ref, posted_at, posted_by)
values (gen_random_uuid(), 'ST', 'x', '', 'raw', :day, :day, '', '', '', now(), 'x')
"""


class Bookkeeping(RuleBasedStateMachine):
    """Books on a database of their own, beside those that a plain dictionary keeps."""

    def __init__(self, clone: Callable[[], AbstractContextManager[str]]) -> None:
        super().__init__()
        self.leaving = ExitStack()
        self.program = Program(self.leaving.enter_context(clone()))
        self.leaving.callback(self.program.leave)
        self.clock = self.leaving.enter_context(time_machine.travel(START, tick=True))
        self.books = PlainBooks()
        self.rows: Rows = {}
        self.months: dict[date, PeriodState] = {}
        self.months_then: dict[date, PeriodState] = {}  # as they were before the step
        self.by_hand: list[str] = []

    @initialize()
    def open_shops(self) -> None:
        def make(session: Session) -> None:
            self.sellers = [make_seller(session).id for _ in range(2)]
            self.staff = [make_staff(session, role="finance").actor for _ in range(2)]

        self.program.work(make)

    @rule(amount=AMOUNTS, days=st.integers(0, 70), cut=CUTS)
    def post_by_hand(self, amount: int, days: int, cut: Cut | None) -> None:
        key, day = f"hand:{len(self.by_hand)}", paris_day(now()) - timedelta(days=days)
        self.program.work(partial(_post, key=key, day=day, amount=amount), cut)
        self.by_hand.append(key)
        self.books.post(key, day, [("471", None, amount), ("512", None, -amount)])

    @precondition(lambda self: self.by_hand)
    @rule(which=ANY, cut=CUTS)
    def reverse_by_hand(self, which: int, cut: Cut | None) -> None:
        key, day = one_of(self.by_hand, which), paris_day(now())
        self.program.work(partial(_reverse, key=key, again=f"{key}:back", day=day), cut)
        self.books.reverse(key, f"{key}:back", day)
        with pytest.raises(ConflictError):
            self.program.work(partial(_reverse, key=key, again=f"{key}:twice", day=day))
        with pytest.raises(ConflictError):
            self.program.work(partial(_post, key=key, day=day, amount=70_000))

    @rule(cut=CUTS)
    def seal(self, cut: Cut | None) -> None:
        self.program.work(seal_entries, cut)
        with self.program.reading() as session:
            assert seal_entries(session) == 0

    @rule(cut=CUTS)
    def sum_up(self, cut: Cut | None) -> None:
        self.program.work(sum_days, cut)

    @rule(days=st.integers(1, 40))
    def let_time_pass(self, days: int) -> None:
        self.clock.shift(timedelta(days=days))

    @rule(back=st.integers(0, 3), how=st.sampled_from(sorted(MOVES)), cut=CUTS)
    def move_a_month(self, back: int, how: str, cut: Cut | None) -> None:
        self._move(add_months(paris_day(now()).replace(day=1), -back), how, cut)

    @rule(cut=CUTS, sealed=st.booleans())
    def close_the_oldest(self, cut: Cut | None, sealed: bool) -> None:
        """Wait until the oldest month is over and close it, which is refused without numbers."""
        booked = [row.booked_on.replace(day=1) for row in self.rows.values()]
        unclosed = [one for one in booked if self._state(one) != PeriodState.CLOSED]
        month = min(unclosed, default=START.date().replace(day=1))
        if (days := (add_months(month, 1) - paris_day(now())).days) > 0:
            self.clock.shift(timedelta(days=days))
        if self._state(month) == PeriodState.OPEN:
            self._move(month, "lock", cut)
        if sealed:
            self.program.work(seal_entries, cut)
        with self.program.reading() as session:
            rows = ledger_laws.read(session)
        self._move(month, "close", cut, rows)

    @rule(change=st.sampled_from(TAMPERING))
    def tamper(self, change: str) -> None:
        if len(self.rows) > len([one for one in self.rows.values() if one.seq is None]):
            with pytest.raises(DBAPIError):
                self.program.work(lambda session: session.execute(sql(change)))

    @precondition(lambda self: self.months)
    @rule(which=ANY)
    def slip_in(self, which: int) -> None:
        month = one_of(sorted(self.months), which)
        if self.months[month] != PeriodState.OPEN:
            slip = partial(Session.execute, statement=sql(SLIPPED_IN), params={"day": month})
            with pytest.raises(DBAPIError, match="is not open"):
                self.program.work(slip)

    @invariant()
    def laws_hold(self) -> None:
        with self.program.reading() as session:
            booked = partial(_booked, self.months_then)
            self.rows = ledger_laws.hold(session, self.rows, self.books, booked)
            for month, state in self.months.items():
                assert session.get_one(AccountingPeriod, month).state == state
        self.months_then = dict(self.months)

    def _state(self, month: date) -> PeriodState:
        return self.months.get(month, PeriodState.OPEN)

    def _move(self, month: date, how: str, cut: Cut | None, rows: Rows | None = None) -> None:
        """Move a month, and reckon whether that is possible by the entries as they stand."""
        move, start, end = MOVES[how]
        with suppress(NotPossible):
            self.program.work(partial(move, month=month, actor=self.staff[0]), cut)
        possible = self._state(month) == start and {
            "lock": add_months(month, 1) <= paris_day(now()),
            "unlock": True,
            "close": self._is_ready(month, rows or self.rows),
        }[how]  # fmt: skip
        if possible:
            self.months[month] = end

    def _is_ready(self, month: date, rows: Rows) -> bool:
        """Tell whether what is before a month is closed and what is in it has its number."""
        booked = [(row.booked_on.replace(day=1), row.seq) for row in rows.values()]
        return all(
            self._state(one) == PeriodState.CLOSED if one < month else seq is not None
            for one, seq in booked
            if one <= month
        )


def one_of(some: list[Any], which: int) -> Any:
    """Return one of some, whichever number is given."""
    return some[which % len(some)]


def _booked(months: dict[date, PeriodState], day: date) -> date:
    """Return where what happened on a day is booked: in the next month that is open."""
    month = day.replace(day=1)
    while months.get(month, PeriodState.OPEN) != PeriodState.OPEN:
        month = add_months(month, 1)
    return max(day, month)


def _post(session: Session, *, key: str, day: date, amount: int) -> None:
    post(
        session, idem_key=key, kind="hand", journal="OD", occurred_on=day,
        lines=[Line("471", amount), Line("512", -amount)], source=Source("hand", key),
    )  # fmt: skip


def _reverse(session: Session, *, key: str, again: str, day: date) -> None:
    entry = entry_of(session, key)
    assert entry is not None
    reverse(session, entry, idem_key=again, occurred_on=day)
