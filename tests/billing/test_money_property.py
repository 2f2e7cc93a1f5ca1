"""Whatever is sold, refunded, returned or contested, and however Stripe tells it: money adds up."""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from math import floor
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.commission import Commission, RefundRule
from backoffice.billing.ledger import balance_of
from backoffice.billing.ledger_model import JournalEntry
from backoffice.billing.refund import Refund, RefundKind, RefundState
from backoffice.billing.refund_outcome import fail_refund
from backoffice.billing.refunding import goods_are_back, owe_refund, refunded_minor, refunds_of
from backoffice.billing.stripe_events import apply_event, keep_event
from backoffice.billing.stripe_object import StripeEvent
from backoffice.core.clock import now
from backoffice.core.refusal import NotPossible
from backoffice.marketplace.order import Order
from tests.factories.books import books, check_books
from tests.factories.stripe import Sale

SHARES = st.sampled_from([1, 20, 33, 50, 100])  # percent of the order
ENDS = st.sampled_from(["succeeded", "succeeded", "later", "fails"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("refund"), st.sampled_from(RefundKind), SHARES, ENDS, st.booleans()),
        st.tuples(st.just("by hand"), SHARES),
        st.tuples(st.just("return")),
        st.tuples(st.just("chargeback"), SHARES, st.sampled_from(["won", "lost"])),
    ),
    max_size=5,
)
RULES = st.one_of(
    st.tuples(st.just(RefundRule.PROPORTIONAL), st.none()),
    st.tuples(st.just(RefundRule.KEPT), st.none()),
    st.tuples(st.just(RefundRule.CAPPED), st.integers(0, 900)),
)


class Story:
    """One order, what is decided of it and what Stripe does; Stripe's word may be late."""

    def __init__(self, session: Session, order: Order, sale: Sale, chance: Random) -> None:
        self.session, self.order, self.sale, self.chance = session, order, sale, chance
        self.blocked = False  # by a chargeback that is open or lost, as Stripe knows it
        self.refunds: dict[str, Any] = {}  # at Stripe, by id
        self.ends: dict[int, str] = {}  # how each of our refunds will end
        self.told = 0
        self.hear(sale.events)

    def hear(self, events: list[Any]) -> None:
        """Keep and apply these, as they come."""
        for event in events:
            keep_event(self.session, event)
            apply_event(self.session, event["id"])
        self.session.flush()

    def step(self, name: str, *given: Any) -> None:
        """Let something happen; Stripe's word of it may come at once, or wait for the end."""
        getattr(self, f"_{name.replace(' ', '_')}")(*given)
        if self.chance.random() < 0.5:
            self.hear(self.sale.events[self.told :])
            self.told = len(self.sale.events)

    def end(self) -> None:
        """Settle all: goods come back, Stripe tells everything once more, mixed up and doubled."""
        self._return()
        events = [*self.sale.events, *self.chance.choices(self.sale.events, k=5)]
        self.chance.shuffle(events)
        self.hear(events)
        pending = select(StripeEvent.id).where(StripeEvent.state == "pending")
        while waiting := self.session.scalars(pending).all():
            for event_id in waiting:
                apply_event(self.session, event_id)
            self.session.flush()
            assert len(self.session.scalars(pending).all()) < len(waiting)

    def _refund(self, kind: RefundKind, share: int, ends: str, after_return: bool) -> None:
        try:
            refund = owe_refund(
                self.session, self.order, kind=kind, amount_minor=self._part(share), at=now(),
                undo_for=timedelta(),
                return_by=now() + timedelta(days=14) if after_return else None,
            )  # fmt: skip
        except NotPossible:
            return
        self.ends[refund.id] = ends
        if not after_return:
            self._send(refund)

    def _by_hand(self, share: int) -> None:
        """Refund on Stripe's own page, at the seller's cost."""
        amount = min(self._part(share), self._left())
        if amount and self.sale.gross and not self.blocked:
            told = self.sale.refund(amount, reverse=amount)
            self.refunds[told["id"]] = told

    def _return(self) -> None:
        goods_are_back(self.session, self.order, now())
        for refund in refunds_of(self.session, self.order):
            if refund.state == RefundState.OWED:
                self._send(refund)

    def _chargeback(self, share: int, ends: str) -> None:
        amount = min(self._part(share), self._left())
        if not amount or self.blocked or not self.sale.gross:
            return
        self.sale.chargeback(amount, ends)
        self.blocked = ends == "lost"
        if self.blocked:
            self.sale.reverse(amount)  # finance takes it back from the seller

    def _send(self, refund: Refund) -> None:
        """Do what Stripe does with a refund."""
        amount, ends = refund.amount_minor, self.ends[refund.id]
        if refund.kind == RefundKind.COMPENSATION:
            self.sale.compensate(amount, refund.id)
            return
        if ends == "fails" or self.blocked or amount > self._left():
            fail_refund(self.session, refund, "balance_insufficient", "")
            return
        fee = refund.fee_minor
        moves = {"reverse": amount if self.sale.gross else amount - fee, "fee_back": fee}
        if refund.kind == RefundKind.GOODWILL:
            moves = {}
        status = "pending" if ends == "later" else "succeeded"
        told = self.sale.refund(amount, refund=refund.id, status=status, **moves)
        self.refunds[told["id"]] = told
        refund.state, refund.stripe_id = RefundState.REQUESTED, told["id"]
        if ends == "later":
            self.sale.end_refund(told, "succeeded")

    def _part(self, share: int) -> int:
        return max(1, self.order.total_minor * share // 100)

    def _left(self) -> int:
        return int(self.sale.charge["amount"] - self.sale.charge["amount_refunded"])


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    amount=st.integers(1, 60_000),
    fee_bp=st.integers(0, 1_500),
    rule=RULES,
    is_net=st.booleans(),
    steps=STEPS,
    chance=st.randoms(use_true_random=False),
)
def test_money_adds_up(
    session: Session, sell: Callable[..., Order], amount: int, fee_bp: int, rule: Any,
    is_net: bool, steps: list[Any], chance: Random,
) -> None:  # fmt: skip
    fee = amount * fee_bp // 10_000
    savepoint = session.begin_nested()
    try:
        order = sell(amount, fee, *rule)
        # What was sent net of the fee can only go back in proportion.
        gross = not (is_net and rule[0] == RefundRule.PROPORTIONAL)
        story = Story(session, order, Sale(order.external_id, amount, fee, gross=gross), chance)
        for step in steps:
            story.step(*step)
        story.end()
        check_books(session)
        check(session, order, story, fee)
    finally:
        savepoint.rollback()
        session.expire_all()


def check(session: Session, order: Order, story: Story, fee: int) -> None:
    """Hold what must be true of every settled order."""
    left = books(session, order)
    assert balance_of(session, "4671", order_id=order.id) == 0
    assert left.get("517", 0) == story.sale.balance

    assert refunded_minor(session, order) <= order.total_minor
    assert sum(one["amount"] for one in story.refunds.values()) <= order.total_minor
    ours = refunds_of(session, order)
    assert {one.state for one in ours} <= {RefundState.SUCCEEDED, RefundState.FAILED}

    posted = select(JournalEntry.source_id).where(
        JournalEntry.order_id == order.id, JournalEntry.kind == "refund"
    )
    assert sorted(session.scalars(posted)) == sorted(story.refunds)

    commission = -left.get("706200", 0) - left.get("44571", 0)
    assert commission == fee - story.sale.fee["amount_refunded"]
    borne = [one for one in ours if one.kind == RefundKind.SELLER]
    paid = sum(one.amount_minor for one in borne if one.state == RefundState.SUCCEEDED)
    kept = _kept(fee, order, paid, session)
    failed = sum(one.state == RefundState.FAILED for one in borne)
    assert abs(commission - kept) <= failed  # each that failed may shift half a cent of the next


def _kept(fee: int, order: Order, refunded: int, session: Session) -> int:
    """Return what of a commission the setting keeps, worked out anew."""
    line = session.get_one(Commission, order.lines[0].id)
    match line.refund_rule:
        case RefundRule.KEPT:
            return fee
        case RefundRule.CAPPED:
            back = fee - min(fee, line.kept_minor_max or 0)
        case _:
            back = fee
    return fee - floor(Fraction(back * refunded, order.total_minor) + Fraction(1, 2))
