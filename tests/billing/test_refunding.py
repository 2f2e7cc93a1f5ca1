"""Owing refunds: what is left, what of the commission goes back, what locks, two at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import sessionmaker

from backoffice.billing.commission import Commission, RefundRule
from backoffice.billing.refund import RefundKind, RefundState
from backoffice.billing.refunding import (
    fee_back_minor,
    fee_minor,
    left_minor,
    owe_refund,
    refunds_of,
    take_back,
)
from backoffice.core.clock import now
from backoffice.core.outbox import Channel, OutboxMessage, OutboxState
from backoffice.core.refusal import NotPossible
from backoffice.core.work import WorkSession, unit_of_work
from backoffice.marketplace.order import Order
from tests.factories.order import make_order
from tests.factories.refund import owe, tell

UNDO = timedelta(seconds=15)


@pytest.fixture
def order(session):
    """A paid order of 247,90 € in two lines, at a commission of 9 %: 22,31 €."""
    return make_order(session, lines=(19_890, 4_900), paid_at=now())


def rule(session, order, refund_rule, kept_minor_max=None):
    lines = [line.id for line in order.lines]
    session.execute(
        update(Commission)
        .where(Commission.order_line_id.in_(lines))
        .values(refund_rule=refund_rule, kept_minor_max=kept_minor_max)
    )


def works(session):
    return session.scalars(
        select(OutboxMessage).where(OutboxMessage.channel == Channel.BILLING)
    ).all()


def test_a_refund_leaves_once_it_can_no_longer_be_undone(session, order):
    at = now()
    refund = owe(session, order, 24_790, at=at, undo_for=UNDO)
    assert (refund.state, refund.fee_minor, refund.number) == (RefundState.OWED, 2231, 1)
    assert refund.idempotency_key == f"refund:{order.id}:1"
    [work] = works(session)
    assert (work.event, work.payload) == ("refund.send", {"refund_id": refund.id})
    assert work.available_at == at + UNDO
    assert left_minor(session, order) == 0


def test_one_that_awaits_the_goods_is_counted_but_does_not_leave(session, order):
    refund = owe(session, order, 10_000, return_by=now() + timedelta(days=14))
    assert refund.state == RefundState.AWAITING_RETURN
    assert works(session) == []
    assert left_minor(session, order) == 14_790


def test_no_more_goes_back_than_is_left(session, order):
    owe(session, order, 20_000)
    with pytest.raises(NotPossible, match="can still be refunded"):
        owe(session, order, 4_791)
    owe(session, order, 4_790)
    assert [one.number for one in refunds_of(session, order)] == [1, 2]


def test_goodwill_counts_and_what_compensates_the_seller_does_not(session, order):
    owe(session, order, 20_000, kind=RefundKind.GOODWILL)
    assert left_minor(session, order) == 4_790
    compensation = owe(session, order, 24_790, kind=RefundKind.COMPENSATION)
    assert compensation.fee_minor == 0
    assert left_minor(session, order) == 4_790


@pytest.mark.parametrize("state", [RefundState.FAILED, RefundState.CANCELLED])
def test_what_did_not_move_is_left(session, order, state):
    owe(session, order, 24_790).state = state
    assert left_minor(session, order) == 24_790
    assert fee_back_minor(session, order, 24_790) == 2231


def test_a_refund_made_on_stripes_own_page_counts_once(session, order):
    ours = owe(session, order, 5_000)
    ours.stripe_id = "re_ours"
    tell(session, order, "refund", "re_ours", 5_000, metadata={"refund": str(ours.id)})
    tell(session, order, "refund", "re_theirs", 2_000)
    tell(session, order, "refund", "re_failed", 3_000, status="failed")
    assert left_minor(session, order) == 24_790 - 7_000


def test_an_order_that_nobody_paid_gives_nothing_back(session):
    with pytest.raises(NotPossible, match="no payment"):
        owe(session, make_order(session), 100)


@pytest.mark.parametrize("status", ["needs_response", "under_review", "warning_needs_response"])
def test_an_open_chargeback_locks(session, order, status):
    tell(session, order, "dispute", "du_1", 24_790, status=status)
    with pytest.raises(NotPossible, match="contests this payment"):
        owe(session, order, 100)


@pytest.mark.parametrize(
    ("status", "left"),
    [("won", 24_790), ("warning_closed", 24_790), ("prevented", 24_790), ("lost", 0)],
)
def test_a_settled_chargeback_gave_the_money_back_or_did_not(session, order, status, left):
    tell(session, order, "dispute", "du_1", 24_790, status=status)
    assert left_minor(session, order) == left


def test_a_commission_given_back_in_parts_is_whole_in_the_end(session, order):
    parts = [owe(session, order, amount).fee_minor for amount in (1, 8_263, 8_263, 8_263)]
    assert sum(parts) == fee_minor(session, order) == 2231
    # 8264 of 24790 is 743.7 of 2231 cents, 16527 is 1487.4, less what went back before
    assert parts == [0, 744, 743, 744]


def test_a_part_that_failed_goes_back_with_the_next(session, order):
    owe(session, order, 10_000).state = RefundState.FAILED
    assert owe(session, order, 24_790).fee_minor == 2231


def test_what_goodwill_gave_takes_no_commission_back(session, order):
    owe(session, order, 12_395, kind=RefundKind.GOODWILL)
    # the seller bears half of the price, so half of the commission: 1115.5 cents
    assert owe(session, order, 12_395).fee_minor == 1116


def test_a_commission_that_is_kept_never_goes_back(session, order):
    rule(session, order, RefundRule.KEPT)
    assert owe(session, order, 24_790).fee_minor == 0


@pytest.mark.parametrize(("kept_max", "back"), [(500, 1731), (0, 2231), (5_000, 0)])
def test_a_capped_commission_keeps_a_part_of_the_whole_order(session, order, kept_max, back):
    rule(session, order, RefundRule.CAPPED, kept_max)
    parts = [owe(session, order, amount).fee_minor for amount in (10_000, 14_790)]
    assert sum(parts) == back


@given(st.lists(st.integers(1, 9_000), min_size=1, max_size=6))
def test_any_parts_give_the_whole_commission_back(amounts):
    """The arithmetic of `fee_back_minor` alone, over random parts of a whole."""
    total, whole, given_back = sum(amounts), 2231, 0
    refunded = 0
    for amount in amounts:
        refunded += amount
        share = (2 * whole * refunded + total) // (2 * total)
        assert share >= given_back
        given_back = share
    assert given_back == whole


def test_it_is_taken_back_before_it_leaves(session, order):
    refund = owe(session, order, 24_790)
    assert take_back(session, refund)
    assert refund.state == RefundState.CANCELLED
    assert [work.state for work in works(session)] == [OutboxState.CANCELLED]
    assert left_minor(session, order) == 24_790


def test_it_is_not_taken_back_once_its_work_was_taken(session, order):
    refund = owe(session, order, 24_790)
    works(session)[0].taken_at = now()
    assert not take_back(session, refund)
    assert refund.state == RefundState.OWED


@pytest.mark.parametrize(
    ("state", "is_back"),
    [
        (RefundState.AWAITING_RETURN, True),
        (RefundState.FAILED, True),  # nothing moved
        (RefundState.REQUESTED, False),
        (RefundState.SUCCEEDED, False),
    ],
)
def test_what_can_be_taken_back_depends_on_how_far_it_got(session, order, state, is_back):
    refund = owe(session, order, 24_790, return_by=now() + timedelta(days=14))
    refund.state = state
    assert take_back(session, refund) is is_back


def test_of_two_at_once_only_one_is_owed(fresh_database):
    engine = create_engine(fresh_database, pool_size=4)
    open_session = sessionmaker(engine, class_=WorkSession, expire_on_commit=False)
    with open_session() as session, unit_of_work(session):
        order_id = make_order(session, lines=(24_790,), paid_at=now()).id

    def refund(_):
        with open_session() as session, unit_of_work(session):
            order = session.get_one(Order, order_id)
            left_minor(session, order)  # what the page showed to both
            try:
                return owe_refund(
                    session, order, kind=RefundKind.SELLER, amount_minor=24_790, at=now(),
                    undo_for=UNDO,
                ).fee_minor  # fmt: skip
            except NotPossible:
                return None

    with ThreadPoolExecutor(4) as pool:
        owed = list(pool.map(refund, range(4)))
    assert sorted(owed, key=str) == [2231, None, None, None]
    with open_session() as session:
        assert left_minor(session, session.get_one(Order, order_id)) == 0
        assert len(works(session)) == 1
    engine.dispose()
