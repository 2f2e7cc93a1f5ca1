"""Whatever is done to the books, in any order and cut off anywhere, every law of them holds."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from backoffice.billing.stripe_events import apply_event, keep_event
from tests.factories.cut import CUTS, Cut
from tests.simulation.bookkeeping import AMOUNTS, ANY, Bookkeeping, one_of
from tests.simulation.deals import Deal, Payouts, Plans, adjust

Acts = list[tuple[str, int, int]]  # what happens at Stripe, with two shares in percent

LONG = os.environ.get("BACKOFFICE_LONG") == "1"
FEES = st.sampled_from((0, 600, 900, 1_200))  # basis points
SHARES = st.sampled_from((1, 20, 33, 50, 100))  # percent
ACTS = st.lists(st.tuples(st.sampled_from(Deal.ACTS), SHARES, SHARES), min_size=2, max_size=6)


class Books(Bookkeeping):
    """A marketplace in which anything happens at any time, and the books of it."""

    def __init__(self, clone: Callable[[], AbstractContextManager[str]]) -> None:
        super().__init__(clone)
        self.deals: list[Deal] = []
        self.told: list[tuple[Deal | None, Any]] = []  # by Stripe, not heard yet
        self.waiting: list[tuple[Deal | None, Any]] = []  # kept, before what they are about
        self.heard: list[tuple[Deal | None, Any]] = []
        self.payouts, self.plans = Payouts(), Plans(self.program, self.books)

    @rule(which=ANY, amount=AMOUNTS, fee_bp=FEES, gross=st.booleans(), acts=ACTS)
    def sell(self, which: int, amount: int, fee_bp: int, gross: bool, acts: Acts) -> None:
        seller, fee = one_of(self.sellers, which), amount * fee_bp // 10_000
        self.deals.append(Deal.make(self.program, seller, amount, fee, gross=gross))
        self.go_on(-1, acts)

    @precondition(lambda self: self.deals)
    @rule(which=ANY, acts=ACTS)
    def go_on(self, which: int, acts: Acts) -> None:
        for act in acts:
            one_of(self.deals, which).happen(*act)
        self._listen()

    @precondition(lambda self: self.told)
    @rule(which=ANY, cut=CUTS)
    def hear(self, which: int, cut: Cut | None) -> None:
        self._hear(*self.told.pop(which % len(self.told)), cut)

    @precondition(lambda self: self.told)
    @rule(cut=CUTS)
    def hear_all_in_order(self, cut: Cut | None) -> None:
        for deal, event in self.told:
            self._hear(deal, event, cut)
        self.told.clear()

    @precondition(lambda self: self.heard)
    @rule(which=ANY, cut=CUTS, name=st.none() | st.uuids())
    def hear_again(self, which: int, cut: Cut | None, name: Any) -> None:
        """Hear what was heard, as the same event or, with a name, told anew by another."""
        deal, event = one_of(self.heard, which)
        self._hear(deal, event if name is None else {**event, "id": f"evt_{name}"}, cut)

    @precondition(lambda self: self.waiting)
    @rule(cut=CUTS)
    def try_what_waits(self, cut: Cut | None) -> None:
        waiting, self.waiting = self.waiting, []
        for deal, event in waiting:
            self._hear(deal, event, cut)

    @rule(amount=AMOUNTS)
    def pay_out(self, amount: int) -> None:
        self.told.append((None, self.payouts.make(amount)))

    @precondition(lambda self: self.payouts.all)
    @rule(which=ANY, status=st.sampled_from(("paid", "failed")))
    def end_payout(self, which: int, status: str) -> None:
        self.told.append((None, self.payouts.end(which, status)))

    @precondition(lambda self: self.payouts.all)
    @rule(which=ANY, cut=CUTS)
    def find_at_the_bank(self, which: int, cut: Cut | None) -> None:
        self.payouts.bank(self.program, self.books, which, self.staff[0], cut)

    @rule(which=ANY, cut=CUTS)
    def ask_for_a_plan(self, which: int, cut: Cut | None) -> None:
        self.plans.ask(one_of(self.sellers, which), cut)

    @precondition(lambda self: self.plans.all)
    @rule(which=ANY, state=st.sampled_from(("paid", "void", "uncollectible")), cut=CUTS)
    def end_a_plan(self, which: int, state: str, cut: Cut | None) -> None:
        self.plans.end(which, state, cut)

    @rule(amount=AMOUNTS, code=st.sampled_from(("580", "6278", "654")), cut=CUTS)
    def adjust(self, amount: int, code: str, cut: Cut | None) -> None:
        adjust(self.program, self.books, amount, code, self.staff, cut)

    def teardown(self) -> None:
        """Hear all that was told: then Stripe's own balance is that of the books."""
        try:
            self._settle()
        finally:
            self.leaving.close()

    def _settle(self) -> None:
        self.hear_all_in_order(None)
        self.try_what_waits(None)
        assert self.waiting == []
        self.seal(None)
        self.laws_hold()
        at_stripe = sum(deal.sale.balance for deal in self.deals)
        of_deals = sum(
            row.moved.get(("517", None), 0) for row in self.rows.values() if row.order_id
        )
        assert of_deals == at_stripe

    def _listen(self) -> None:
        for deal in self.deals:
            self.told += [(deal, event) for event in deal.news()]

    def _hear(self, deal: Deal | None, event: Any, cut: Cut | None) -> None:
        def hear(session: Session) -> None:
            keep_event(session, event)
            apply_event(session, event["id"])

        self.program.work(hear, cut)
        if deal is None or deal.is_known_by(event):
            self.books.hear(event, deal.seller_id if deal else None)
            self.heard.append((deal, event))
        else:
            self.waiting.append((deal, event))


@pytest.mark.slow
def test_every_law_of_the_books_holds(clone) -> None:
    run_state_machine_as_test(
        partial(Books, clone),
        settings=settings(
            max_examples=300 if LONG else 3,
            stateful_step_count=60 if LONG else 30,
            deadline=None,
            # Each try costs a database: only the long run looks for the shortest way to a fault.
            phases=list(Phase) if LONG else [Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
