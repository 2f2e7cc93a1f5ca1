"""Refunds on their way: asked once whatever breaks, and each failure an open case."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backoffice.billing import refund_sending, stripe
from backoffice.billing.commission import RefundRule
from backoffice.billing.refund import Refund, RefundKind, RefundState
from backoffice.billing.refunding import goods_are_back, owe_refund, take_back
from backoffice.billing.stripe_events import keep_event
from backoffice.billing.stripe_object import StripeEvent
from backoffice.billing.subscribing import SYNC
from backoffice.core.case import CaseEvent, CaseKey, State
from backoffice.core.clock import now
from backoffice.core.decision import Decision
from backoffice.core.lease import lease
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.queue import QUEUES
from backoffice.core.refusal import NotPossible
from backoffice.core.search import key
from backoffice.dev.sandboxes.stripe import Misbehaviour
from jobs.drain import drain
from tests.factories.books import books, check_books
from tests.factories.case import bring
from tests.factories.staff import make_staff

G, C = 12_000, 1_440
ACCOUNT = "acct_1Fine"
NOTHING = timedelta()


@pytest.fixture(autouse=True)
def in_context(app):
    """Work as jobs do: in the application's context, without a request."""
    with app.app_context():
        yield


@pytest.fixture
def paid(session, sell, stripe_sandbox):
    """Return a function that sells, charges and hears of it."""

    def make(**changes):
        order = sell(G, C, **changes)
        order.seller.stripe_account = ACCOUNT
        stripe_sandbox.charge(G, order=order.external_id, destination=ACCOUNT, fee=C)
        listen(session, stripe_sandbox)
        return order

    return make


@pytest.fixture
def decided(session):
    """A case that somebody closed by a decision: its reference, its maker, the decision."""
    maker = make_staff(session, role="moderator")
    case = bring(session, QUEUES["registrations"], State.CLOSED, maker.actor)
    decision = session.scalars(select(Decision).where(Decision.case_id == case.id)).one()
    return case, maker, decision


def listen(session, sandbox):
    """Keep all that the sandbox has to tell, and let the worker do all that is owed."""
    for event in sandbox.events:
        keep_event(session, event)
    session.flush()
    drain(Channel.BILLING)
    session.expire_all()
    check_books(session)


def owe(session, order, kind=RefundKind.SELLER, amount=G, decided=None, **more):
    about = {"case_id": decided[0].id, "decision_id": decided[2].id} if decided else {}
    refund = owe_refund(
        session, order, kind=kind, amount_minor=amount, at=now(), undo_for=NOTHING, **about, **more
    )
    session.flush()
    return refund


def work(session):
    drain(Channel.BILLING)
    session.expire_all()


def rows(session, state):
    query = select(OutboxMessage).where(
        OutboxMessage.channel == Channel.BILLING, OutboxMessage.state == state,
        OutboxMessage.event != SYNC,
    )  # fmt: skip
    return session.scalars(query).all()


def ready_again(session):
    for row in rows(session, "pending"):
        row.available_at, row.leased_until = now() - timedelta(seconds=1), None
    session.flush()


def lines(session, case):
    query = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    return session.scalars(query).all()


def test_a_charge_whose_fee_must_be_fetched_is_posted(session, paid):
    order = paid()
    assert order.charge
    assert books(session, order) == {"517": C - 205, "6278": 205, "706200": -1200, "44571": -240}


def test_a_refund_moves_transfer_and_fee_with_it(session, paid, stripe_sandbox):
    order = paid()
    refund = owe(session, order, amount=4_000)
    work(session)
    assert refund.state == RefundState.SUCCEEDED
    (told,) = stripe_sandbox.objects("refund")
    assert (refund.stripe_id, told["amount"]) == (told["id"], 4_000)
    assert told["metadata"] == {"refund": str(refund.id), "case": ""}
    listen(session, stripe_sandbox)
    assert books(session, order) == {"517": C - 205 - 480, "6278": 205, "706200": -800,
                                     "44571": -160}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "kept_max", "kept"),
    [(RefundRule.KEPT, None, C), (RefundRule.CAPPED, 500, 500)],
)
def test_the_commission_goes_back_as_the_setting_was(
    session, paid, stripe_sandbox, rule, kept_max, kept
):
    order = paid(rule=rule, kept_max=kept_max)
    refund = owe(session, order)
    work(session)
    listen(session, stripe_sandbox)
    assert refund.fee_minor == C - kept
    left = books(session, order)
    assert -left["706200"] - left["44571"] == kept
    assert "4671" not in left


def test_a_fee_is_given_back_once_though_its_answer_was_lost(session, paid, stripe_sandbox):
    order = paid(rule=RefundRule.CAPPED, kept_max=500)
    refund = owe(session, order)
    work(session)
    stripe_sandbox.state.answers.clear()  # as after a day
    refund_sending.send_fee(session, refund.id)
    assert [one["amount"] for one in stripe_sandbox.objects("fee_refund")] == [C - 500]


def test_goodwill_takes_nothing_from_the_seller(session, paid, stripe_sandbox):
    order = paid()
    owe(session, order, RefundKind.GOODWILL, 1_000)
    work(session)
    listen(session, stripe_sandbox)
    assert not stripe_sandbox.objects("transfer_reversal")
    assert books(session, order)["654"] == 1_000


def test_a_compensation_pays_the_seller(session, paid, stripe_sandbox):
    order = paid()
    refund = owe(session, order, RefundKind.COMPENSATION, 3_000)
    work(session)
    listen(session, stripe_sandbox)
    assert refund.state == RefundState.SUCCEEDED
    assert stripe_sandbox.objects("transfer")[-1]["amount"] == 3_000
    assert books(session, order)["654"] == 3_000


def test_a_compensation_without_an_account_fails(session, paid, decided):
    order = paid()
    order.seller.stripe_account = None
    refund = owe(session, order, RefundKind.COMPENSATION, 3_000, decided)
    work(session)
    assert (refund.state, refund.failure_code) == (RefundState.FAILED, "no_account")
    assert decided[0].state == State.OPEN


def test_a_direct_charge_is_refunded_on_the_sellers_account(session, sell, stripe_sandbox):
    order = sell(G, C)
    order.seller.stripe_account = ACCOUNT
    stripe_sandbox.charge(G, order=order.external_id, account=ACCOUNT, fee=C)
    listen(session, stripe_sandbox)
    refund = owe(session, order, amount=6_000)
    work(session)
    listen(session, stripe_sandbox)
    assert refund.state == RefundState.SUCCEEDED
    assert books(session, order) == {"517": 720, "706200": -600, "44571": -120}


@pytest.mark.parametrize("is_key_forgotten", [False, True])
def test_killed_between_the_answer_and_the_commit_it_is_asked_once(
    session, paid, stripe_sandbox, is_key_forgotten
):
    order = paid()
    refund = owe(session, order)
    stripe.create_refund(  # what a worker asked that was killed then
        charge=order.charge, amount_minor=G, reverse_transfer=True, refund_application_fee=True,
        metadata={"refund": str(refund.id), "case": ""}, idempotency_key=refund.idempotency_key,
    )  # fmt: skip
    if is_key_forgotten:
        stripe_sandbox.state.answers.clear()
    work(session)
    assert refund.state == RefundState.SUCCEEDED
    assert len(stripe_sandbox.objects("refund")) == 1


def test_an_event_may_come_before_the_answer(session, paid, stripe_sandbox):
    order = paid(rule=RefundRule.CAPPED, kept_max=0)
    refund = owe(session, order)
    stripe_sandbox.do("POST", "/v1/refunds", {
        "charge": order.charge, "amount": G, "reverse_transfer": True,
        "metadata": {"refund": str(refund.id), "case": ""},
    })  # fmt: skip
    listen(session, stripe_sandbox)
    listen(session, stripe_sandbox)
    assert refund.state == RefundState.SUCCEEDED
    assert len(stripe_sandbox.objects("refund")) == 1
    assert [one["amount"] for one in stripe_sandbox.objects("fee_refund")] == [C]


def test_what_stripe_refuses_opens_the_case_again_with_its_reason(
    session, paid, stripe_sandbox, decided
):
    case, maker, _ = decided
    refund = owe(session, paid(), decided=decided)
    stripe_sandbox.set_balance(-20_000)
    work(session)
    assert (refund.state, refund.failure_code) == (RefundState.FAILED, "balance_insufficient")
    assert refund.failure.startswith("Insufficient funds in your Stripe balance")
    assert (case.state, case.assignee_id) == (State.OPEN, maker.id)
    assert case.flags == ["refund_failed"]
    said = lines(session, case)[-1]
    assert (said.verb, said.body) == ("refund_failed", refund.failure)
    assert said.values["why"]["msgid"] == "Our balance at Stripe was too low."
    assert not stripe_sandbox.objects("refund")
    assert not rows(session, "pending")


def test_a_refund_that_fails_later_opens_the_case_again(session, sell, make_stripe, decided):
    sandbox = make_stripe(Misbehaviour(failing=1, settle_seconds=None))
    order = sell(G, C)
    order.seller.stripe_account = ACCOUNT
    sandbox.charge(G, order=order.external_id, destination=ACCOUNT, fee=C)
    listen(session, sandbox)
    refund = owe(session, order, RefundKind.GOODWILL, decided=decided)
    work(session)
    assert refund.state == RefundState.SUCCEEDED
    sandbox.settle()
    listen(session, sandbox)
    assert (refund.state, refund.failure_code) == (RefundState.FAILED, "declined")
    assert decided[0].state == State.OPEN
    assert "654" not in books(session, order)
    assert [one.verb for one in lines(session, decided[0])][-3:] == [
        "refund_succeeded", "reopen", "refund_failed",
    ]  # fmt: skip


def test_while_stripe_is_away_it_waits(session, paid, make_stripe):
    refund = owe(session, paid())
    make_stripe(Misbehaviour(broken=1))
    work(session)
    (row,) = rows(session, "pending")
    assert refund.state == RefundState.OWED
    assert row.available_at > now()


def test_an_open_chargeback_stops_what_was_owed(session, paid, stripe_sandbox, decided):
    case = decided[0]
    order = paid()
    refund = owe(session, order, decided=decided)
    stripe_sandbox.open_dispute(order.charge)
    for event in stripe_sandbox.events:
        keep_event(session, event)
    for row in rows(session, "pending"):  # the chargeback is heard first
        if row.event == "refund.send":
            row.available_at = now()
        else:
            row.available_at = now() - timedelta(hours=1)
    session.flush()
    work(session)
    assert (refund.state, refund.failure_code) == (RefundState.FAILED, "chargeback_open")
    assert case.state == State.OPEN
    assert set(case.flags) == {"chargeback", "refund_failed"}
    with pytest.raises(NotPossible):
        owe(session, order)
    assert not stripe_sandbox.objects("refund")


def test_a_chargeback_on_what_we_refunded_is_answered(session, paid, stripe_sandbox):
    order = paid()
    refund = owe(session, order, amount=4_000)
    work(session)
    stripe_sandbox.open_dispute(order.charge)
    listen(session, stripe_sandbox)
    (told,) = stripe_sandbox.objects("dispute")
    said = told["evidence"]["uncategorized_text"]
    assert "refunded €40.00 on" in said
    assert refund.stripe_id in said
    assert told["status"] == "needs_response"  # a person sends it


def test_open_disputes_of_the_order_are_told_of_a_chargeback(session, paid, stripe_sandbox):
    order = paid()
    maker = make_staff(session, role="moderator")
    case = bring(session, QUEUES["registrations"], State.OPEN, maker.actor)
    case.queue = "disputes"
    session.add(CaseKey(case_id=case.id, kind="order", value=key(order.external_id)))
    dispute = stripe_sandbox.open_dispute(order.charge)
    listen(session, stripe_sandbox)
    assert case.flags == ["chargeback"]
    stripe_sandbox.close_dispute(dispute["id"], "won")
    listen(session, stripe_sandbox)
    assert case.flags == []
    assert [one.verb for one in lines(session, case)][-2:] == [
        "chargeback_opened", "chargeback_closed",
    ]  # fmt: skip


def test_what_awaits_the_goods_leaves_when_they_are_back(session, paid, stripe_sandbox):
    order = paid()
    refund = owe(session, order, return_by=now() + timedelta(days=14))
    work(session)
    assert refund.state == RefundState.AWAITING_RETURN
    goods_are_back(session, order, now())
    session.flush()
    work(session)
    assert refund.state == RefundState.SUCCEEDED


def test_what_was_taken_back_is_not_asked(session, paid, stripe_sandbox):
    refund = owe(session, paid())
    assert take_back(session, refund)
    session.flush()
    refund_sending.send_refund(session, refund.id)
    work(session)
    assert refund.state == RefundState.CANCELLED
    assert not stripe_sandbox.objects("refund")


def test_what_a_worker_has_taken_is_not_taken_back(session, paid):
    refund = owe(session, paid())
    lease(session, Channel.BILLING, 1)
    assert not take_back(session, refund)


def test_an_event_that_cannot_be_applied_is_set_aside(session, stripe_sandbox):
    event = {
        "id": "evt_odd", "type": "charge.succeeded", "created": 1_800_000_000, "livemode": False,
        "data": {"object": {"object": "charge"}},
    }  # fmt: skip
    keep_event(session, event)
    session.flush()
    work(session)
    odd = session.get(StripeEvent, "evt_odd")
    assert (odd.state, odd.problem) == ("failed", "KeyError('id')")
    assert session.scalar(select(func.count()).select_from(Refund)) == 0


def test_however_unreliable_stripe_is_each_refund_is_made_once(session, sell, make_stripe):
    sandbox = make_stripe(
        Misbehaviour(
            seed=7, busy=0.2, broken=0.1, lost=0.3, refused=0.2, failing=0.2, settle_seconds=None
        )
    )
    refunds = []
    for _ in range(8):
        order = sell(G, C)
        order.seller.stripe_account = ACCOUNT
        sandbox.charge(G, order=order.external_id, destination=ACCOUNT, fee=C)
        keep_all(session, sandbox)
        work_until_done(session)
        refunds.append(owe(session, order, amount=4_000))
    work_until_done(session)
    sandbox.settle()
    keep_all(session, sandbox)
    work_until_done(session)
    moved = {
        int(one["metadata"]["refund"]): one["amount"]
        for one in sandbox.objects("refund", status="succeeded")
    }
    assert len(sandbox.objects("refund", status="succeeded")) == len(moved)
    assert {one.id: one.amount_minor for one in refunds if one.state == "succeeded"} == moved
    assert {one.state for one in refunds} == {RefundState.SUCCEEDED, RefundState.FAILED}


def keep_all(session, sandbox):
    for event in sandbox.events:
        keep_event(session, event)
    session.flush()


def work_until_done(session):
    for _ in range(40):
        ready_again(session)
        work(session)
        if not rows(session, "pending"):
            return
    raise AssertionError("something is owed for ever")
